/// How a run ends.
enum ExitCode: Int32, CaseIterable, Sendable {
  case done = 0
  case failed = 1
  case refused = 3
  case absent = 4
  case usage = 64

  var meaning: String {
    switch self {
    case .done: "done"
    case .failed: "failed"
    case .refused: "refused by the governor"
    case .absent: "roaster absent"
    case .usage: "usage"
    }
  }
}
