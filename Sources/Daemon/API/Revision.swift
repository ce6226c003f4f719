import Analysis
import Roaster
import Store

/// A mark as a person gave it.
struct PersonsMark: Sendable {
  let landmark: Landmark
  let time: Chronicle.MarkTime
  let author: String
  /// Names the tap, so that the same tap sent twice is one mark.
  let key: String?
}

/// What a second thought changes about a roast that is over: its telemetry and marks are heard
/// again, as they were heard live, and then the change.
struct Revision: Sendable {
  enum Change: Sendable {
    case mark(PersonsMark)
    case unmark(Landmark, author: String)

    var author: String {
      switch self {
      case .mark(let mark): mark.author
      case .unmark(_, let author): author
      }
    }

    var key: String? { if case .mark(let mark) = self { mark.key } else { nil } }

    var isMark: Bool { if case .mark = self { true } else { false } }
  }

  let change: Change
  let news: [RoastEvent]
  /// What is worked out of the roast then.
  let kept: [Entry]

  init(of roast: StoredRoast, _ change: Change, in archive: Archive) throws(APIError) {
    self.change = change
    let steps: [ReplayStep]
    do throws(StoreFault) { steps = try archive.replay(of: roast.row.id) } catch {
      throw APIError(error, kept: false)
    }
    var heard = RecordedRoast(steps)
    switch change {
    case .mark(let mark):
      guard let last = heard.last else { throw APIError(.noRoast) }
      let at = mark.time.monotonic(began: roast.row.began, now: last)
      do throws(MarkFault) { news = try heard.machine.mark(mark.landmark, at: at) } catch {
        throw APIError(error)
      }
    case .unmark(let landmark, _):
      guard heard.isMarked(landmark) else { throw .noSuchMark(landmark.name) }
      news = heard.machine.unmark(landmark)
    }
    heard.recorder.note(news)
    kept = Chronicle.kept(of: roast.row.id, heard.recorder.curve)
  }
}
