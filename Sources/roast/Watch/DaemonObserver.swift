import Analysis
import Driver
import Roaster

/// Makes an observation of what the daemon tells.
struct DaemonObserver {
  private(set) var observed: Observation
  /// The connection as the daemon told it last.
  private var told: ShownLink
  /// When a reading arrived, and how old it was.
  private var reading: (arrived: MonotonicTime, age: Double)?
  /// How many times as fast as ours the roaster's time runs.
  private(set) var speed = 1.0
  private var lastEvent: Int64 = -1
  private var roast: Int64?

  /// Nothing is known yet.
  init(now: Moment) {
    told = ShownLink(word: LinkState.connecting.rawValue)
    observed = Observation(now: now, link: told)
  }

  /// Time has passed: a reading grows old although nothing is heard.
  mutating func pass(now: Moment) {
    observed.now = now
    observed.link = link
  }

  /// Takes in what the daemon tells.
  mutating func take(_ happening: DaemonStream.Happening, now: Moment) -> WatchNews {
    var news = WatchNews.other
    observed.now = now
    switch happening {
    case .standing(let status, let roast): take(status: status, roast: roast)
    case .message("telemetry", let json): news = .point(take(telemetry: json))
    case .message("event", let json): take(event: json)
    case .message("link", let json): take(link: json)
    case .message("roast", let json): take(progress: json)
    case .message("outlook", let json): observed.outlook = ShownOutlook(json)
    case .message: break
    case .lost(let fault), .refused(let fault):
      told = ShownLink(word: LinkState.connecting.rawValue, serial: told.serial)
      told.firmware = observed.link.firmware
      told.advice = (Self.lost(fault), "It is tried again by itself; 'roast serve' starts one.")
    }
    observed.link = link
    return news
  }

  private static func lost(_ fault: DaemonFault) -> String {
    let complaint = Complaint(fault)
    return "The daemon does not answer (\(complaint.happened))."
  }

  /// The connection now. A reading that nobody has renewed for long is stale even when nobody says
  /// so.
  private var link: ShownLink {
    var link = told
    if let reading {
      link.age = reading.age + max(0, observed.now.monotonic - reading.arrived) * speed
    }
    if link.isUp, (link.age ?? .infinity) > Link.freshSeconds {
      link.word = LinkState.stale.rawValue
      link.advice = (
        "The last reading is \(fixed(link.age ?? 0, 1)) s old.", "Go by the roaster's own panel."
      )
    }
    return link
  }

  // MARK: What is told

  private mutating func take(status: JSON, roast: JSON?) {
    speed = status.fact("speed").flatMap { $0 > 0 ? $0 : nil } ?? 1
    observed.provenance =
      status["simulated"]?.boolValue == true
      ? "TWIN, made of software: \(status.words("device") ?? "")" : nil
    if let link = status["link"] { take(link: link) }
    if let progress = status["roast"] { take(progress: progress) }
    if let json = status["reading"], !json.isNull { observed.lastValid = ShownReading(json) }
    guard let roast else { return }
    observed.trail.begin(with: Trail.samples(of: roast["curve"] ?? .null))
    for event in roast["events"]?.arrayValue ?? [] { take(event: event) }
  }

  private mutating func take(link json: JSON) {
    told = ShownLink(json)
    reading = told.age.map { (observed.now.monotonic, $0) }
  }

  private mutating func take(telemetry json: JSON) -> WatchedPoint {
    let shown = ShownReading(json)
    reading = (observed.now.monotonic, 0)
    if !told.isUp {
      told.word = LinkState.up.rawValue
      told.advice = nil
    }
    let roast = json["roast_id"]?.integerValue
    let moment = Moment(
      monotonic: observed.now.monotonic, wall: json.time("at") ?? observed.now.wall)
    if let seconds = json.fact("roast_seconds") {
      if roast != self.roast { observed.trail.begin(with: []) }
      observed.trail.take(shown, roastSeconds: seconds)
    } else {
      observed.trail.take(shown, at: moment.monotonic, beginsRoast: roast != self.roast)
    }
    self.roast = roast
    observed.points += 1
    observed.lastValid = shown
    observed.rateOfRise = shown.rateOfRise
    return WatchedPoint(
      sequence: json["sequence"]?.integerValue, moment: moment, link: link,
      members: Self.members(of: json), reading: shown)
  }

  /// The values under the keys of a status; null where the daemon does not tell them.
  private static func members(of json: JSON) -> [(key: String, value: JSON)] {
    Status.unknownMembers.map { member in
      (member.key, member.key == "valid" ? .bool(true) : json[member.key] ?? member.value)
    }
  }

  private mutating func take(event json: JSON) {
    guard let event = RoastEvent(json: json) else { return }
    if let id = json["id"]?.integerValue {
      guard id > lastEvent else { return }
      lastEvent = id
    }
    observed.events.append(event)
  }

  private mutating func take(progress json: JSON) {
    let id = json["id"]?.integerValue
    if observed.points == 0 { roast = id }
    observed.phases = PhaseTimes(json["phases"] ?? .null)
  }
}

extension Trail {
  /// The samples of a curve in the API, from the beginning of the roast on.
  static func samples(of curve: JSON) -> [Sample] {
    RoastCurve(json: curve).samples.filter { $0.seconds >= 0 }.map {
      Sample(seconds: $0.seconds, bean: $0.bean, infrared: $0.infrared)
    }
  }
}
