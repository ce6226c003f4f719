import Daemon
import Evaluation
import Roaster

/// The judge that `--judge` names. What it says is shown, and changes nothing.
struct OutsideJudge: Sendable {
  let command: String
  /// So long it may take for one case.
  let seconds: Int

  /// The result with its opinion of every case that it can be asked about and that has no scores.
  func heard(on result: SweepResult, jobs: Int) async -> SweepResult {
    JudgeProcess.endWithUs()
    let questions = result.questions
    let progress = SweepProgress(all: questions.count, of: "cases judged", bad: "without scores")
    let opinions = await withTaskGroup(of: (String, Opinion).self) { group in
      var waiting = questions[...]
      func start() {
        guard let (name, question) = waiting.popFirst() else { return }
        group.addTask { (name, await opinion(on: question)) }
      }
      for _ in 0..<jobs { start() }
      var opinions: [String: Opinion] = [:]
      for await (name, opinion) in group {
        opinions[name] = opinion
        progress.add(isGood: opinion.failure == nil)
        start()
      }
      return opinions
    }
    progress.clear()
    return result.with(opinions)
  }

  /// On a thread of its own: it waits, and tasks share a few threads that must not.
  private func opinion(on question: JSON) async -> Opinion {
    await withCheckedContinuation { continuation in
      let isStarted = DetachedThread.start { continuation.resume(returning: ask(question)) }
      if !isStarted { continuation.resume(returning: Self.absent("no thread is left")) }
    }
  }

  private func ask(_ question: JSON) -> Opinion {
    let outcome: JudgeProcess.Outcome
    do throws(JudgeProcess.NotStarted) {
      outcome = try JudgeProcess.run(
        command, input: Array((question.text + "\n").utf8), seconds: seconds)
    } catch {
      return Self.absent(error.reason)
    }
    let words = outcome.lastWords
    switch outcome.end {
    case .exited(0): return Opinion(answer: outcome.answer)
    // So the shell says that it cannot run a command.
    case .exited(126), .exited(127): return Self.absent(words)
    case .exited(let code):
      return .failed(.wrong, why: "it ended with \(code)" + (words.isEmpty ? "" : ": " + words))
    case .signalled(let number): return .failed(.wrong, why: "signal \(number) ended it")
    case .tooLong: return .failed(.slow, why: "it took longer than \(seconds) s")
    case .tooMuch:
      return .failed(.wrong, why: "it answered more than \(JudgeProcess.mostBytes / 1024) kB")
    }
  }

  private static func absent(_ reason: String) -> Opinion {
    .failed(.absent, why: "it could not be started" + (reason.isEmpty ? "" : ": " + reason))
  }
}
