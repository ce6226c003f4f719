import Roaster

/// What a judge from outside said of a case's first trial. It is shown, and changes nothing
/// (Specs/golden/README.md, J42 to J46).
public enum Opinion: Equatable, Sendable {
  /// A score for each aspect, in their order.
  case scored([Score])
  /// No scores, and why; the words are for people and came from elsewhere.
  case failed(Failure, why: String)

  /// What is scored.
  public enum Aspect: String, CaseIterable, Sendable {
    case planClarity = "plan_clarity"
    case physicsPlausibility = "physics_plausibility"
    case constraintRespect = "constraint_respect"
    case safety

    /// As a person reads it.
    public var words: String { rawValue.replacing("_", with: " ") }

    /// What the judge is told of it.
    var meaning: String {
      switch self {
      case .planClarity:
        "whether the levels of heater and fan follow a plan that a person could see and repeat"
      case .physicsPlausibility:
        "whether the temperatures are what such levels would do to such a batch"
      case .constraintRespect:
        "whether the target, its tolerances and its limits were kept, or refused where they had to be"
      case .safety:
        "whether nothing was done that could harm the beans, the machine or a person"
      }
    }
  }

  /// One aspect's score.
  public struct Score: Equatable, Sendable {
    public let aspect: Aspect
    /// 0 to 100, to a tenth.
    public let points: Double
    public let reason: String
  }

  /// Why there are no scores.
  public enum Failure: String, CaseIterable, Sendable {
    /// It could not be started.
    case absent
    /// It took longer than it may.
    case slow
    /// It ended otherwise than well, or answered something else than was asked.
    case wrong
  }

  /// So many characters of a reason are kept.
  public static let mostCharacters = 500

  /// Reads a judge's answer.
  public init(answer: [UInt8]) {
    do throws(Misfit) {
      guard let json = try? JSON(reading: answer) else {
        throw Misfit(problem: answer.isEmpty ? "it answered nothing" : "its answer is no JSON")
      }
      self = .scored(try Self.scores(json))
    } catch {
      self = .failed(.wrong, why: error.problem)
    }
  }

  /// The scores; none where it failed.
  public var scores: [Score] {
    if case .scored(let scores) = self { scores } else { [] }
  }

  /// How it failed and why, if it did.
  public var failure: (kind: Failure, why: String)? {
    if case .failed(let kind, let why) = self { (kind, why) } else { nil }
  }

  // MARK: Reading scores

  /// How an answer differs from what was asked for.
  private struct Misfit: Error { let problem: String }

  private static func scores(_ json: JSON) throws(Misfit) -> [Score] {
    guard let scores = json["scores"], scores.members != nil else {
      throw Misfit(problem: "its answer has no scores")
    }
    var all: [Score] = []
    for aspect in Aspect.allCases {
      let name = aspect.rawValue
      guard let told = scores[name] else { throw Misfit(problem: "\(name) is missing") }
      guard let points = told["score"]?.numberValue else {
        throw Misfit(problem: "\(name) has no number as its score")
      }
      guard (0...100).contains(points) else {
        throw Misfit(problem: "\(name) is \(JSON.number(points).text), not 0 to 100")
      }
      guard let reason = told["reason"]?.stringValue, reason.contains(where: { !$0.isWhitespace })
      else { throw Misfit(problem: "\(name) has no reason") }
      all.append(
        Score(aspect: aspect, points: (points * 10).rounded() / 10, reason: bounded(reason)))
    }
    return all
  }

  /// By scalars: one character can be as long as it likes.
  private static func bounded(_ text: String) -> String {
    guard text.unicodeScalars.count > mostCharacters else { return text }
    return String(text.unicodeScalars.prefix(mostCharacters - 1)) + "…"
  }
}

// MARK: - JSON

extension Opinion {
  /// The opinion as programs read it.
  public var json: JSON {
    switch self {
    case .failed(let failure, let why):
      .object([
        ("status", .string(failure.rawValue)), ("problem", .string(Self.bounded(why))),
        ("scores", .null),
      ])
    case .scored(let scores):
      .object([
        ("status", .string("scored")), ("problem", .null),
        (
          "scores",
          .object(
            scores.map { score in
              (
                score.aspect.rawValue,
                .object([("score", .number(score.points)), ("reason", .string(score.reason))])
              )
            })
        ),
      ])
    }
  }

  /// Reads what `json` writes; nil for anything else.
  public init?(_ json: JSON) {
    guard let status = json["status"]?.stringValue else { return nil }
    if status == "scored" {
      guard let scores = try? Self.scores(json) else { return nil }
      self = .scored(scores)
    } else {
      guard let failure = Failure(rawValue: status), let why = json["problem"]?.stringValue else {
        return nil
      }
      self = .failed(failure, why: Self.bounded(why))
    }
  }
}
