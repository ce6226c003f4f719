import Governor
import Roaster

/// Circumstances in which nothing stands against a command, for tests to spoil.
enum Bench {
  static let now = MonotonicTime(seconds: 10_000)
  static let person = Actor(.person, name: "alice")
  static let agent = Actor(.agent, name: "pilot", credential: 7)
  static let machine = Actor(.system, name: "watch")

  static func actor(_ kind: Actor.Kind) -> Actor {
    switch kind {
    case .person: person
    case .agent: agent
    case .system: machine
    }
  }

  static func ago(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: now.nanoseconds - Int64((seconds * 1e9).rounded()))
  }

  /// In the middle of a roast at P5, F3, D9.
  static func wire(_ state: RoasterState = .roasting) -> WireStatus {
    var wire = WireStatus()
    wire.bean = 180
    wire.infrared = 200
    wire.heater = 5
    wire.fan = 3
    wire.drum = 9
    wire.state = state.code
    wire.clockMinutes = 5
    return wire
  }

  static func circumstances(
    _ level: Autonomy = .approve, _ state: RoasterState = .roasting
  ) -> Circumstances {
    var all = Circumstances(now: now, level: level)
    all.isLinkUp = true
    all.identification = Identification(serial: 1234, firmware: 562, roasts: 10)
    all.isCommissioned = true
    all.status = Status(wire(state))
    all.heard = ago(0.1)
    all.rateOfRise = CelsiusPerMinute(10)
    all.hasBeans = true
    all.personSeen = ago(10)
    all.pilotSeen = ago(1)
    return all
  }

  static func proposal(
    _ steps: [Proposal.Step], by actor: Actor = agent, id: Int64 = 3, reason: String = "test",
    lasting seconds: Double = 600
  ) -> Proposal {
    Proposal(
      id: id, steps: steps, actor: actor, reason: reason, batch: 1,
      made: Moment(monotonic: ago(5), wall: WallTime(milliseconds: 1_795_000_000_000)),
      expires: ago(5 - seconds))
  }

  static func proposal(_ command: Command, by actor: Actor = agent) -> Proposal {
    proposal([Proposal.Step(command)], by: actor)
  }

  static let allWords = Set(PersonsWord.allCases)

  /// One command of each kind, as far as moving goes from `wire` within all limits.
  static func command(_ kind: Command.Kind) -> Command {
    switch kind {
    case .heater: .heater(6)
    case .fan: .fan(4)
    case .drum: .drum(8)
    case .beginPreheat: .press(.beginPreheat)
    case .beginRoast: .press(.beginRoast)
    case .beginCooling: .press(.beginCooling)
    case .shutDown: .press(.shutDown)
    }
  }

  static let quiet = Forecast(bean: [180, 190], infrared: [200, 210], steepestRise: 10, misfit: 2)
}

extension Command {
  static func heater(_ level: Int) -> Command { .heater(some(level)) }
  static func fan(_ level: Int) -> Command { .fan(some(level)) }
  static func drum(_ level: Int) -> Command { .drum(some(level)) }

  private static func some<Scale>(_ number: Int) -> Level<Scale> {
    guard let level = Level<Scale>(number) else { preconditionFailure("no level \(number)") }
    return level
  }
}

extension Circumstances {
  mutating func show(_ change: (inout WireStatus) -> Void, in state: RoasterState = .roasting) {
    var wire = Bench.wire(state)
    change(&wire)
    status = Status(wire)
  }
}

extension Verdict {
  var rules: [Rule] { findings.map(\.rule) }
}

/// What a minting came to, as values that can be compared.
enum Minted: Equatable {
  case write(Write)
  case refused([Rule])

  init(_ minting: consuming Minting) {
    switch consume minting {
    case .permit(let permit): self = .write(permit.spend())
    case .refused(let verdict): self = .refused(verdict.rules)
    }
  }
}
