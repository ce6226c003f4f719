import Glibc
import Store

extension StoreFault {
  /// What is wrong, for people.
  public var text: String {
    switch self {
    case .inUse(let path, let process):
      "\(path) is written by another process" + (process.map { " (\($0))" } ?? "")
    case .newer(let path, let version, let known):
      "\(path) was made by a newer roast (schema \(version), known \(known))"
    case .tampered(let path, let version):
      "migration \(version) in \(path) is not the one of this program"
    case .foreign(let path): "\(path) is a database of another program"
    case .damaged(let path, let findings):
      "\(path) is damaged: \(findings.first ?? "it contradicts itself")"
    case .sqlite(let failure), .late(let failure): "the database fails: \(failure.message)"
    case .file(let operation, let path, let number):
      "cannot \(operation) \(path): \(String(cString: strerror(number)))"
    case .dropped: "too much was waiting to be written, and it was given up"
    case .closed: "the database is closed: the daemon is ending"
    case .tooMany(let limit): "these are more than \(limit) points"
    }
  }
}
