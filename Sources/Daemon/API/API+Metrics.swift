import Driver
import Governor
import Roaster
import Store

extension API {
  /// Figures for Prometheus, in its text format.
  var metrics: String {
    let (state, now) = (live.now, facts.now())
    let reading = state.link.isUp(at: now) ? state.reading?.point.status : nil
    var text = MetricsText()
    text.gauge("roast_bean_temperature_celsius", "Bean probe.", reading?.bean?.degrees)
    text.gauge("roast_ibts_temperature_celsius", "Infrared sensor.", reading?.infrared?.degrees)
    text.gauge("roast_exhaust_temperature_celsius", "Exhaust.", reading?.exhaust?.degrees)
    text.gauge(
      "roast_rate_of_rise_celsius_per_minute", "Of the bean probe.",
      reading == nil ? nil : state.reading?.rateOfRise?.degreesPerMinute)
    text.gauge("roast_heater_level", "P.", reading?.heater.map { Double($0.number) })
    text.gauge("roast_fan_level", "F.", reading?.fan.map { Double($0.number) })
    text.gauge("roast_drum_level", "D.", reading?.drum.map { Double($0.number) })
    text.gauge(
      "roast_state_code", "What the roaster says it is doing.",
      reading?.state.map { Double($0.code) })
    text.gauge("roast_link_up", "Whether readings come.", state.link.isUp(at: now) ? 1 : 0)
    text.gauge(
      "roast_reading_age_seconds", "Age of the last reading.",
      state.link.link.age(at: now.monotonic))
    let link = state.link.link
    text.counter("roast_polls_total", "Polls that brought a reading.", Double(link.polls))
    text.counter("roast_failed_polls_total", "Polls that did not.", Double(link.failedPolls))
    text.counter("roast_connections_total", "Connections made.", Double(link.connections))
    addDesk(state.desk, to: &text)
    addStore(to: &text)
    addProcess(to: &text)
    return text.text
  }

  private func addDesk(_ desk: DeskView, to text: inout MetricsText) {
    let standing = desk.standing
    let level = standing["level"]?.stringValue.flatMap(Autonomy.init(name:))
    text.gauge("roast_autonomy_level", "1 to 5.", level.map { Double($0.rawValue) })
    text.gauge(
      "roast_abort_latched", "Whether an abort waits for a person's reset.",
      standing["abort"]?["latched"]?.boolValue == true ? 1 : 0)
    text.gauge(
      "roast_trips_latched", "How many trips wait for a person's reset.",
      Double(standing["abort"]?["trips"]?.arrayValue?.count ?? 0))
    text.gauge("roast_proposals_open", "Not ended yet.", Double(desk.proposals.count))
    text.gauge(
      "roast_alarms_standing", "Not over yet.",
      Double(desk.alarms.count { $0["ended"] == .null }))
  }

  private func addStore(to text: inout MetricsText) {
    let health = facts.health()
    text.gauge(
      "roast_store_writing", "Whether the store takes what it is given.",
      health.isDegraded ? 0 : 1)
    text.gauge("roast_store_pending_entries", "Not on the disk yet.", Double(health.pending))
    text.counter("roast_store_lost_points_total", "Points lost.", Double(health.lostPoints))
    text.counter("roast_store_lost_entries_total", "Other losses.", Double(health.lostOthers))
    text.gauge("roast_store_size_bytes", "The database file.", Double(health.bytes))
    text.gauge("roast_streams", "Clients of the stream.", Double(stream.count))
  }

  private func addProcess(to text: inout MetricsText) {
    let process = ProcessFigures()
    text.counter("process_cpu_seconds_total", "Processor time.", process.cpuSeconds)
    text.gauge("process_resident_memory_bytes", "Memory.", Double(process.residentBytes))
    text.gauge("roast_heap_bytes", "Memory that the heap has given out.", Double(process.heapBytes))
    text.gauge("process_open_fds", "Open files.", Double(process.openFiles))
    text.gauge("process_threads", "Threads.", Double(process.threads))
    text.gauge("process_uptime_seconds", "Since the start.", facts.uptimeSeconds)
    text.gauge(
      "process_start_time_seconds", "When it started, since 1970.",
      Double(facts.started.milliseconds) / 1000)
  }
}

/// Prometheus' text format; what is unknown is left out.
struct MetricsText {
  private(set) var text = ""

  mutating func gauge(_ name: String, _ help: String, _ value: Double?) {
    add(name, "gauge", help, value)
  }

  mutating func counter(_ name: String, _ help: String, _ value: Double) {
    add(name, "counter", help, value)
  }

  private mutating func add(_ name: String, _ type: String, _ help: String, _ value: Double?) {
    guard let value, value.isFinite else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n\(name) \(value)\n"
  }
}
