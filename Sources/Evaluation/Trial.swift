import Analysis
import Governor
import Roaster
import Shadow
import Simulator
import Store

/// Who is judged.
public enum PilotKind: String, CaseIterable, Sendable {
  /// Plans with the shadow's forecast.
  case steer
  /// Plays the case's commands.
  case schedule
  /// Follows the course with a controller that knows no model.
  case pid
}

/// Why a case cannot be run: its plant cannot be built, or the store failed.
public struct TrialError: Error, Equatable, Sendable {
  public let problem: String
}

/// One run of a case over the whole stack.
public struct Trial: Sendable {
  /// The case.
  public let golden: GoldenCase
  /// Which of its trials, counted from 0.
  public let number: Int
  /// What everything that is drawn in it comes from.
  public let seed: UInt64
  public let pilot: PilotKind

  /// A trial of a case in a run with that seed. Its numbers do not depend on the other cases.
  public init(_ golden: GoldenCase, number: Int, runSeed: UInt64, pilot: PilotKind) {
    self.golden = golden
    self.number = number
    // What a case's commands spoil is for the judge to find, and what it proposes itself for the rules,
    // whoever else is judged.
    let isOwn = golden.expectation == .fail || !golden.proposals.isEmpty
    self.pilot = isOwn ? .schedule : pilot
    var mixed = SeededGenerator(
      seed: runSeed ^ Self.hash(golden.name) ^ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    seed = mixed.next()
  }

  /// FNV-1a: the same on every machine and in every run.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// Runs it, and says what was seen.
  public func run() async throws(TrialError) -> TrialRecord {
    let scenario: Scenario
    if let refused = try refusals() { return TrialRecord(refused: refused) }
    do {
      scenario = try golden.scenario()
    } catch {
      throw TrialError(problem: "\(error.place) \(error.problem)")
    }
    var random = SeededGenerator(seed: seed)
    let plant = Plant(scenario, random: &random)
    return try await run(plant, model: scenario, &random)
  }

  /// Runs it on the case's own machine, without noise: what a target is drawn with.
  public func runNominal() async throws(TrialError) -> TrialRecord {
    do {
      let scenario = try golden.scenario()
      var random = SeededGenerator(seed: 1)
      return try await run(Plant(nominal: scenario), model: scenario, &random)
    } catch let error as ScenarioError {
      throw TrialError(problem: "\(error.place) \(error.problem)")
    } catch let error as TrialError {
      throw error
    } catch {
      throw TrialError(problem: "\(error)")
    }
  }

  /// What the target is refused for before anything moves; nil when nothing is.
  private func refusals() throws(TrialError) -> [String]? {
    let codes = golden.target.refusals(try golden.start()).map(\.code.rawValue)
    return codes.isEmpty ? nil : codes
  }

  private func run(
    _ plant: Plant, model: Scenario, _ random: inout SeededGenerator
  ) async throws(TrialError) -> TrialRecord {
    let stack: Stack
    do {
      stack = try Stack(
        plant.setup,
        foresight: TwinForesight(machine: model.machine, roomCelsius: model.roomCelsius),
        seed: random.next(), limit: limit)
    } catch {
      throw TrialError(problem: "the store failed: \(error)")
    }
    let room = Room(
      person: Bystander(plant, golden.charge, random: &random),
      cockpit: Cockpit(try makePilot()), challenger: Challenger(golden.proposals),
      golden: golden)
    stack.onTick = { room.step($0) }
    await stack.run()
    stack.onTick = nil
    return TrialRecord(stack, room, golden)
  }

  /// No trial lasts longer, whatever happens in it.
  private var limit: Double {
    let start = golden.start == .ready ? 30.0 : 900
    return start + min(golden.target.dropSeconds ?? 900, 2400) + 240
  }

  private func makePilot() throws(TrialError) -> any Pilot {
    let start = try golden.start()
    switch pilot {
    case .steer: return Steersman(target: golden.target, start: start)
    case .schedule: return ScheduleClerk(plan: golden.plan, target: golden.target, start: start)
    case .pid: return PIDFollower(target: golden.target, start: start, fanPlan: golden.plan)
    }
  }
}

extension GoldenCase {
  /// What a pilot is told of the roast; nil for a machine that nobody knows.
  func start() throws(TrialError) -> PilotStart {
    guard let parameters = MachineParameters.named(machine) else {
      throw TrialError(problem: "machine is '\(machine)'")
    }
    return PilotStart(
      machine: parameters, grams: grams, roomCelsius: roomCelsius, charge: charge.infrared,
      probe: charge.bean)
  }

  /// What the plain schedule plays.
  public var plan: LevelPlan {
    LevelPlan(
      commands.map {
        LevelPlan.Step(seconds: $0.seconds, heater: $0.heater, fan: $0.fan, drum: $0.drum)
      })
  }
}
