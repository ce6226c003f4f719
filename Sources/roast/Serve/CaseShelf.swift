import Analysis
import Daemon
import Glibc
import Synchronization

/// The golden cases that the daemon has. It goes on without those that cannot be read: a roast may be
/// running.
final class CaseShelf: Sendable {
  /// More files than this are not read.
  private static let most = 500

  private let cases = Mutex<[GoldenCase]>([])
  private let log: Log

  /// An empty shelf, and where it is told what was left out.
  init(log: Log) { self.log = log }

  /// In the order of their names.
  var all: [GoldenCase] { cases.withLock { $0 } }

  /// Takes the cases of a folder in place of those that it had; none where there is no folder. Where one
  /// cannot be read it keeps what it has.
  func fill(from folder: String?) {
    guard let paths = paths(in: folder) else { return }
    var found: [String: GoldenCase] = [:]
    for path in paths {
      do throws(Complaint) {
        let golden = try Self.read(path)
        guard found[golden.name] == nil else {
          leaveOut(path, "another case is called \(golden.name)")
          continue
        }
        found[golden.name] = golden
      } catch { leaveOut(path, error.happened) }
    }
    let sorted = found.values.sorted { $0.name < $1.name }
    cases.withLock { $0 = sorted }
    log(.info, "cases_read", [("folder", folder ?? ""), ("count", "\(sorted.count)")])
  }

  private func paths(in folder: String?) -> [String]? {
    guard let folder else { return [] }
    do throws(Complaint) {
      try Folder.checkReading(folder)
      let paths = try GoldenPlace.files(folder)
      for path in paths.dropFirst(Self.most) { leaveOut(path, "there are over \(Self.most)") }
      return Array(paths.prefix(Self.most))
    } catch {
      log(.warning, "cases_not_read", [("problem", error.happened)])
      return nil
    }
  }

  private func leaveOut(_ path: String, _ problem: String) {
    log(.warning, "case_left_out", [("file", path), ("problem", problem)])
  }

  /// The case in a file. Anything else, as a pipe, might keep us waiting for ever.
  private static func read(_ path: String) throws(Complaint) -> GoldenCase {
    var facts = stat()
    guard stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw GoldenPlace.bad("\(path.printable) is no file", next: "Take it away.")
    }
    return try GoldenPlace.read(path)
  }
}
