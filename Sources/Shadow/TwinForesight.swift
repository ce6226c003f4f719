import Governor
import Roaster
import Simulator

/// Rehearses with the shadow (Specs/governor.md, F1 to F4).
///
/// An estimator follows the roast from the charge, and its twin goes on from there. It keeps nothing
/// between questions, so an answer depends on its question alone, and what the model does not explain is
/// said instead of smoothed.
public struct TwinForesight: Foresight {
  /// What counts where nobody has said the weight (F2).
  static let weights = [250.0, 400, 600, 800, 1000]
  /// Less of a roast tells nothing of where it goes (F3).
  static let leastSeconds = 60.0
  /// Without a sample for longer, nobody knows what the levels were (F3).
  static let longestGapSeconds = 15.0
  /// No roast takes longer, and no question more work (F3).
  static let longestSeconds = 3600.0
  /// How far ahead can be asked for; F1 asks for 90 s.
  static let horizon = 1.0...600

  private let machine: MachineParameters
  private let roomCelsius: Double

  /// A rehearsal on one machine in a room.
  public init(machine: MachineParameters = .m1, roomCelsius: Double = 22) {
    self.machine = machine
    self.roomCelsius = roomCelsius
  }

  /// Runs the model to the present and on from there, for each weight that may be in the drum.
  public func rehearse(_ question: Rehearsal) -> Forecast {
    if let problem = TwinForesight.problem(with: question) { return .cannot(problem) }
    do {
      let runs = try (question.grams.map { [$0] } ?? TwinForesight.weights).map {
        grams throws(PhysicsError) in
        try TwinRun(
          Estimator.Start(
            past: question.past, machine: machine, grams: grams, roomCelsius: roomCelsius),
          past: question.past)
      }
      guard runs.allSatisfy(\.fit.isRead) else {
        return .cannot("too little was read in the last minute")
      }
      let likely = runs.filter(\.fit.isExplained)
      guard !likely.isEmpty else {
        return .cannot(
          "the model does not explain the readings", misfit: runs.map(\.fit.misfit).min())
      }
      return TwinForesight.forecast(likely, question)
    } catch {
      return .cannot("no batch weighs \(question.grams ?? 0) g")
    }
  }

  /// Why no model could answer; nil when one can try.
  private static func problem(with question: Rehearsal) -> String? {
    if case .press(let press) = question.command, press != .beginCooling {
      return "\(question.command.text) is nothing that is done to a roast"
    }
    guard horizon.contains(question.seconds) else { return "that is too far to look" }
    guard let last = question.past.last else { return "no beans are in" }
    var previous = 0.0
    for sample in question.past.drop(while: { $0.seconds <= 0 }) {
      guard sample.seconds >= previous, sample.seconds - previous <= longestGapSeconds else {
        return "part of the roast was not seen"
      }
      previous = sample.seconds
    }
    guard last.seconds >= leastSeconds else { return "too little of the roast was seen" }
    return last.seconds > longestSeconds ? "no roast takes so long" : nil
  }

  /// At each moment the hottest of the runs (F2).
  private static func forecast(_ runs: [TwinRun], _ question: Rehearsal) -> Forecast {
    let courses = runs.compactMap { $0.course(of: question.command, seconds: question.seconds) }
    guard var hottest = courses.first else {
      return .cannot("the model does not explain the readings")
    }
    for course in courses.dropFirst() { hottest.rise(to: course) }
    return Forecast(
      bean: hottest.bean, infrared: hottest.infrared, steepestRise: hottest.steepestRise,
      misfit: runs.map(\.fit.misfit).min())
  }
}
