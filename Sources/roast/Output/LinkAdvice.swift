import Driver
import Roaster

/// What a state of the connection means, and what to do about it.
struct LinkAdvice {
  var happened: String
  var next: String

  /// Nil when all is well. `holders` are the programs that hold a busy roaster, where known.
  init?(_ link: Link, at now: MonotonicTime, holders: [String] = []) {
    switch link.state(at: now) {
    case .up:
      return nil
    case .connecting:
      happened = "Connecting to the roaster" + Self.because(link.lastFailure) + "."
      next = "It is tried again by itself; 'roast doctor' looks closer if this lasts."
    case .stale:
      let age = link.age(at: now).map { fixed($0, 1) } ?? "?"
      happened = "The last reading is \(age) s old" + Self.because(link.lastFailure) + "."
      next = "Readings return by themselves; check the USB cable."
    case .absent where link.lastReading != nil:
      happened = "The roaster has gone from the USB bus."
      next = "Check the cable at both ends."
    case .absent:
      (happened, next) = (Self.absent.happened, Self.absent.next)
    case .busy:
      let who = holders.isEmpty ? "Another program" : holders.joined(separator: ", ")
      happened = "\(who) holds the roaster's USB interface."
      next = "Quit that program (RoasTime and Artisan take it for themselves); no replug is needed."
    case .denied:
      happened = "This user may not open the roaster's USB device."
      next =
        "Install the udev rule ('sudo make install'), join the group with "
        + "'sudo usermod -aG roast $USER', log in again, and replug the cable."
    case .unsupported:
      if case .transport(.unsupported(let product))? = link.lastFailure {
        happened = "This is a Bullet R2 (product \(hex(product))), which speaks another protocol."
        next = "Only the R1 can be read so far."
      } else {
        happened = "The device answers, but not as a Bullet R1 does."
        next =
          "Unplug and replug the cable. If it stays, 'roast doctor --report FILE' keeps what it "
          + "answers, to send in."
      }
    }
    if link.lastReading != nil { next = Self.roastGoesOn + next }
    (happened, next) = (happened.printable, next.printable)
  }

  /// What a daemon tells its clients.
  @Sendable static func forDaemon(
    _ link: Link, at now: MonotonicTime
  ) -> (message: String, hint: String)? {
    LinkAdvice(link, at: now).map { ($0.happened, $0.next) }
  }

  /// What must be said first when a roaster that was read is read no more.
  private static let roastGoesOn = "The roast goes on: go by the roaster's own panel. "

  static let absent = (
    happened: "No Bullet R1 is on the USB bus.",
    next: "Switch the roaster on at its main switch and plug its USB cable straight into this "
      + "computer; use a cable that carries data."
  )

  private static func because(_ failure: Failure?) -> String {
    failure.map { " (last failure: \($0.text))" } ?? ""
  }
}

extension Failure {
  /// For people.
  var text: String {
    switch self {
    case .transport(let fault): fault.text
    case .length(let query, let received):
      "the answer to \(query) had \(received) bytes instead of \(query.replyLength)"
    case .mispaired: "a late answer arrived in place of another"
    case .babbling: "the device sends without being asked"
    }
  }
}

extension TransportFault {
  /// For people.
  var text: String {
    switch self {
    case .absent: "no roaster on the bus"
    case .unsupported(let product): "product \(hex(product)) is not an R1"
    case .busy: "another program holds it"
    case .denied: "no permission"
    case .timeout: "no answer in time"
    case .stalled: "the endpoint stalled"
    case .overflow: "the answer was longer than a packet"
    case .shortWrite(let taken): "the device took only \(taken) bytes"
    case .gone: "unplugged"
    case .ended: "ended"
    case .failed(let code): "libusb error \(code)"
    }
  }
}

/// `0x5741`.
func hex(_ number: UInt16) -> String {
  let digits = String(number, radix: 16)
  return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
}
