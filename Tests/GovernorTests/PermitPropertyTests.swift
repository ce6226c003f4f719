import Fixtures
@testable import Governor
import Roaster
import Testing

/// No permit for anything outside the envelope: random circumstances against a second opinion that
/// is written from the specification's tables, on wire values.
struct PermitPropertyTests {
  /// Circumstances as plain numbers.
  struct Draw {
    var random: SeededGenerator
    var wire = Bench.wire()
    var all = Bench.circumstances()

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// Mostly what is right; now and then something else.
    mutating func pick<Value>(_ usual: Value, _ others: Value...) -> Value {
      if number(0...99) < 95 { return usual }
      return others.randomElement(using: &random) ?? usual
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    mutating func command() -> Command {
      switch number(0...9) {
      case 0...4: return .heater(number(0...9))
      case 5, 6: return .fan(number(0...12))
      case 7: return .drum(number(0...9))
      default: return .press(Press.allCases[number(0...3)])
      }
    }

    mutating func circumstances(for command: Command) {
      var state = RouteTests.state(for: command.kind)
      state = pick(state, .ready, .cooling, .preheating, .off, .roasting, .unknown(0x33), .ending)
      wire.state = state.code
      wire.heater = UInt8(pick(number(0...9), 10, 200))
      wire.fan = UInt8(pick(number(1...6), 0, 12, 13))
      wire.drum = UInt8(pick(number(6...9), 0, 1, 77))
      wire.bean = pick(180, 229.9, 230, 231, .nan, -40)
      wire.infrared = pick(200, 264.9, 265, 270, .infinity, 25)
      all.status = Status(wire)
      all.level = pick(.veto, .assist, .recommend, .approve, .audit)
      all.isLinkUp = pick(true, false)
      all.identification = pick(all.identification, nil)
      all.isCommissioned = pick(true, false)
      all.isLedgerWhole = pick(true, false)
      all.heard = pick(Bench.ago(0.1), Bench.ago(0.5), Bench.ago(0.6), Bench.ago(60), nil)
      let rate = Double(pick(10, 29, 30, 31, 44, 45, 46))
      all.rateOfRise = pick(CelsiusPerMinute(rate), nil)
      all.hasBeans = pick(true, false)
      all.touched = pick(nil, Bench.ago(1), Bench.ago(9.9), Bench.ago(10))
      all.busyWith = pick(nil, 3, 4)
      all.isAborted = pick(false, true)
      all.trips = pick([], [.beanTooHot])
      all.paused = pick([], [command.kind])
      all.personSeen = pick(Bench.ago(1), nil, Bench.ago(180), Bench.ago(181))
      all.pilotSeen = pick(Bench.ago(1), nil, Bench.ago(10), Bench.ago(11))
      all.record.inBatch = pick(5, 119, 120, 121)
      all.record.inDay = pick(50, 599, 600)
      all.record.lastCommand = pick(
        [:], [command.kind: Bench.ago(0.5)], [command.kind: Bench.ago(2)],
        [command.kind: Bench.ago(5)])
      all.record.heaterRises = pick([], [(Bench.ago(5), 4)], [(Bench.ago(61), 9)])
      all.record.outcomes = pick(
        [], RuleTests.outcomes(failed: 2, of: 5), RuleTests.outcomes(failed: 3, of: 10))
    }
  }

  /// What the second opinion forbids: the tables once more, on plain numbers.
  static func isForbidden(
    _ bytes: [UInt8], _ command: Command, _ author: Actor, _ approver: Approval.Approver,
    _ words: Set<PersonsWord>, _ draw: Draw
  ) -> Bool {
    let (wire, now) = (draw.wire, draw.all)
    func within(_ time: MonotonicTime?, _ seconds: Double) -> Bool {
      time.map { Bench.now - $0 <= seconds } ?? false
    }
    // Who.
    let levels: ClosedRange<Int> =
      switch approver {
      case .person(let person): person.kind == .person ? 2...5 : 6...6
      case .unvetoed: 4...5
      case .level: 5...5
      }
    var isBad = !levels.contains(now.level.rawValue) || author.kind == .system
    if case .person = approver {
    } else {
      isBad = isBad || author.kind != .agent || !["1", "2"].contains(Self.row(bytes))
      isBad = isBad || !within(now.personSeen, 180) || !within(now.pilotSeen, 10)
    }
    // The line and the readings.
    isBad = isBad || !now.isLinkUp || now.identification == nil || !now.isCommissioned
    isBad = isBad || !now.isLedgerWhole || !within(now.heard, 0.5)
    isBad = isBad || !(-5...350).contains(wire.bean) || !(0...400).contains(wire.infrared)
    isBad = isBad || wire.heater > 9 || wire.fan > 12 || wire.drum > 9
    // Latches and the one writer.
    isBad = isBad || now.isAborted || !now.trips.isEmpty || now.busyWith == 4
    // What the bytes do in which state.
    let target = command.setting?.level ?? 0
    switch (bytes[0], bytes[1]) {
    case (0x34, let way):
      isBad = isBad || command.setting?.control != .heater || wire.state != 6
      isBad = isBad || (way == 1 ? target <= wire.heater : target >= wire.heater)
    case (0x31, let way):
      isBad = isBad || command.setting?.control != .fan || ![4, 6, 8].contains(wire.state)
      isBad = isBad || (way == 1 ? target <= wire.fan : target >= wire.fan)
      isBad = isBad || target < 1 || abs(target - Int(wire.fan)) > 4
      isBad = isBad || (way == 2 && target < (wire.heater == 9 ? 2 : wire.heater == 0 ? 0 : 1))
    case (0x32, _):
      isBad = isBad || command.setting?.control != .drum || ![6, 8].contains(wire.state)
      isBad = isBad || Int(bytes[2]) != target || target == wire.drum
      isBad = isBad || target < 1 || abs(target - Int(wire.drum)) > 4
    default:
      let presses: [Press: (UInt8, PersonsWord?)] = [
        .beginPreheat: (0, nil), .beginRoast: (4, .beansAreIn), .beginCooling: (6, .doorIsOpen),
        .shutDown: (8, nil),
      ]
      guard case .press(let press) = command, let (from, word) = presses[press] else { return true }
      isBad = isBad || wire.state != from || (word.map { !words.contains($0) } ?? false)
    }
    if bytes[0] == 0x34, bytes[1] == 2 { return isBad }
    // How often.
    isBad = isBad || now.record.inBatch >= 120 || now.record.inDay >= 600
    isBad = isBad || !now.paused.isEmpty || (now.touched.map { Bench.now - $0 < 10 } ?? false)
    let pause = now.record.lastCommand[command.kind].map { Bench.now - $0 } ?? 100
    isBad = isBad || pause < (author.kind == .person ? 1 : 5)
    isBad = isBad || now.record.outcomes.count == 5
    // More heat.
    guard bytes[0] == 0x34 else { return isBad }
    let gained = now.record.heaterRises.first.map { Bench.now - $0.at < 60 ? $0.levels : 0 } ?? 0
    let rise = target - Int(wire.heater)
    isBad = isBad || rise > 4 || rise + gained > 6 || wire.bean >= 230 || wire.infrared >= 265
    isBad = isBad || (now.rateOfRise?.degreesPerMinute ?? 0) >= (now.hasBeans ? 30 : 45)
    return isBad || wire.fan < (target == 9 ? 2 : 1) || wire.drum == 0
  }

  /// Which row of the note's table the bytes are: heater and fan steps and the drum may run unasked.
  static func row(_ bytes: [UInt8]) -> String {
    switch bytes[0] {
    case 0x34, 0x31: "1"
    case 0x32: "2"
    default: "3"
    }
  }

  @Test func `permits are given for what a second opinion allows, and for nothing else`() throws {
    let policy = Policy()
    var permits = 0
    var heats = 0
    for seed in 0..<UInt64(3_000 * Fixtures.effort) {
      var draw = Draw(seed: seed)
      let command = draw.command()
      let author = draw.pick(Bench.agent, Bench.person, Bench.machine)
      let approver: Approval.Approver = draw.pick(
        .person(Bench.person), .unvetoed, .level, .person(Bench.agent))
      let words = draw.pick(Bench.allWords, [], [.beansAreIn], [.doorIsOpen])
      draw.circumstances(for: command)
      let proposal = Bench.proposal(command, by: author)
      // An approval that stands, whoever gave it: what is judged here is the minting.
      let approval = Approval.forged(proposal, draw.all.status?.state ?? .off, approver, words)
      for actuation in Actuation.all {
        let minted = Minted(
          policy.mint(actuation, for: proposal, step: command, approval, audit: 1, draw.all))
        let isForbidden = Self.isForbidden(
          actuation.bytes ?? [], command, author, approver, words, draw)
        if case .write(let write) = minted {
          permits += 1
          if write.actuation == .heaterUp { heats += 1 }
          #expect(!isForbidden, "seed \(seed): \(command.text) gave \(actuation)")
          #expect(write.bytes == actuation.bytes)
        } else {
          #expect(isForbidden, "seed \(seed): \(command.text), \(actuation): \(minted)")
        }
      }
    }
    #expect(permits > 500 && heats > 50)
  }
}

extension Approval {
  /// Made without judging, as only tests inside the module's walls can.
  static func forged(
    _ proposal: Proposal, _ state: RoasterState, _ approver: Approver, _ words: Set<PersonsWord>
  ) -> Approval {
    Approval(
      proposal: proposal.id, hash: proposal.hash, state: state, approver: approver, words: words,
      expires: Bench.ago(-100))
  }
}
