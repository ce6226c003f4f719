import Daemon
import Glibc

extension Complaint {
  /// Why it cannot listen.
  init(_ fault: ServerFault) {
    guard case .listener(let place, let problem) = fault else {
      self.init(
        code: "cannot_listen", happened: "the system has no threads left for the server",
        next: "End other programs, and try again.")
      return
    }
    let (why, next) =
      switch problem {
      case .inUse: ("another program listens there", "End it, or choose another place.")
      case .denied:
        ("this user may not", "Choose a place of your own; ports below 1024 are root's.")
      case .noFolder: ("its folder is not there", "Make the folder, or choose another place.")
      case .unusable: ("it is no place to listen at", "Choose a shorter path, or an address.")
      case .notASocket: ("something else lies there", "Move it away, or choose another path.")
      case .noSuchAddress: ("this machine does not have that address", "Choose one of its own.")
      case .failed(let number): (Self.systemText(number), "Choose another place.")
      }
    self.init(
      code: "cannot_listen", happened: "cannot listen at \("\(place)".printable): \(why)",
      next: next)
  }

  private static func systemText(_ number: Int32) -> String { String(cString: strerror(number)) }
}
