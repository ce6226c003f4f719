import CLibUSB
import Glibc
import Roaster
import Synchronization

/// The one thread on which libusb lives.
///
/// It owns the context, waits for events and for the deadlines of `sleepers`, and runs what others
/// `enqueue`. Everything that touches a libusb pointer runs here, so no pointer needs a lock.
/// The class is unchecked because its `var`s are touched by that thread alone.
final class EventThread: @unchecked Sendable {
  typealias Job = @Sendable (EventThread) -> Void

  /// Nil when libusb could not start; `startFault` then says why. Set to nil at the end, under the
  /// lock of `jobs`, so that nobody interrupts a context that is gone.
  private(set) var context: OpaquePointer?
  let startFault: TransportFault?
  /// How many roasters have appeared on the bus since the start.
  private(set) var arrivals = 0

  private let jobs = Mutex<[Job]>([])
  private var sleepers: [Sleeper] = []
  private var isEnding = false

  private struct Sleeper {
    let deadline: MonotonicTime
    let wakesOnArrival: Bool
    let wake: CheckedContinuation<Void, Never>
  }

  init() {
    let code = libusb_init(&context)
    startFault = code == 0 ? nil : .failed(code: code)
    if code != 0 { context = nil }
    watchForArrivals()
    var thread = pthread_t()
    let box = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { box in
        guard let box else { return nil }
        Unmanaged<EventThread>.fromOpaque(box).takeRetainedValue().run()
        return nil
      }, box)
    precondition(failure == 0, "a process that cannot start one thread cannot go on")
    pthread_detach(thread)
  }

  /// Runs a job on the thread, after those that were enqueued before it.
  func enqueue(_ job: @escaping Job) {
    jobs.withLock {
      $0.append(job)
      if let context { libusb_interrupt_event_handler(context) }
    }
  }

  /// Ends the thread after the jobs enqueued so far.
  func end() { enqueue { $0.isEnding = true } }

  /// Resumes `wake` at the deadline, or when a roaster appears if that is asked for. Jobs only.
  func sleep(
    until deadline: MonotonicTime, wakesOnArrival: Bool, wake: CheckedContinuation<Void, Never>
  ) {
    sleepers.append(Sleeper(deadline: deadline, wakesOnArrival: wakesOnArrival, wake: wake))
  }

  /// Resumes every sleeper at once. Jobs only.
  func wakeAll() { wakeSleepers { _ in true } }

  private func run() {
    while !isEnding {
      if context == nil { usleep(2000) } else { handleEvents() }
      for job in jobs.withLock({ jobs in
        defer { jobs.removeAll(keepingCapacity: true) }
        return jobs
      }) { job(self) }
      if !sleepers.isEmpty {
        let now = Clocks.monotonic
        wakeSleepers { $0.deadline <= now }
      }
    }
    wakeAll()
    let context = jobs.withLock { _ in
      defer { self.context = nil }
      return self.context
    }
    if let context { libusb_exit(context) }
  }

  /// Waits for the bus, for a job, or for the next deadline.
  private func handleEvents() {
    guard jobs.withLock({ $0.isEmpty }) else { return }
    let remaining = sleepers.map { $0.deadline - Clocks.monotonic }.min() ?? 60
    let microseconds = Int(max(0, min(remaining, 60)) * 1e6)
    var time = timeval(tv_sec: microseconds / 1_000_000, tv_usec: microseconds % 1_000_000)
    libusb_handle_events_timeout_completed(context, &time, nil)
  }

  private func wakeSleepers(_ isDue: (Sleeper) -> Bool) {
    let due = sleepers.filter(isDue)
    guard !due.isEmpty else { return }
    sleepers.removeAll(where: isDue)
    for sleeper in due { sleeper.wake.resume() }
  }

  private func watchForArrivals() {
    guard let context, libusb_has_capability(UInt32(LIBUSB_CAP_HAS_HOTPLUG.rawValue)) != 0 else {
      return
    }
    libusb_hotplug_register_callback(
      context, Int32(LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue), 0, Int32(Device.vendor),
      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
      { _, device, _, box in
        guard let device, let box, Bus.descriptor(of: device).map(Bus.isRoaster) == true else {
          return 0
        }
        Unmanaged<EventThread>.fromOpaque(box).takeUnretainedValue().arrived()
        return 0
      }, Unmanaged.passUnretained(self).toOpaque(), nil)
  }

  private func arrived() {
    arrivals += 1
    wakeSleepers { $0.wakesOnArrival }
  }
}
