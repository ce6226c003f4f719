import Daemon
import Synchronization

/// Where a browser finds the page; known once the server has its ports.
final class PageAddresses: Sendable {
  private struct Place {
    var listeners: [Listener] = []
    var hosts: [String] = []
  }

  private let place = Mutex(Place())

  /// Those of now: networks come and go while the daemon runs.
  var value: [String] {
    let place = place.withLock { $0 }
    return Self.of(place.listeners, hosts: place.hosts, machine: NetworkAddresses.ofThisMachine)
  }

  /// It listens there.
  func listen(_ listeners: [Listener]) { place.withLock { $0.listeners = listeners } }

  /// Browsers may come under these names as well.
  func allow(_ hosts: [String]) { place.withLock { $0.hosts = hosts } }

  /// `http://NAME:PORT` for each way in, the farthest reaching first: names that were allowed, then
  /// addresses of IPv4 and of IPv6, then those of this computer to itself.
  static func of(_ listeners: [Listener], hosts: [String], machine: [String]) -> [String] {
    let found = listeners.flatMap { listener -> [(rank: Int, address: String)] in
      guard case .tcp(let address, let port) = listener else { return [] }
      return names(address, hosts, machine).map { name in
        let host = name.contains(":") ? "[\(name)]" : name
        return (hosts.contains(name) ? 0 : rank(name), "http://\(host):\(port)")
      }
    }
    var seen: Set<String> = []
    return (0...3).flatMap { rank in found.filter { $0.rank == rank } }
      .map(\.address).filter { seen.insert($0).inserted }
  }

  /// Under which names a listener is reached.
  private static func names(
    _ address: String, _ hosts: [String], _ machine: [String]
  ) -> [String] {
    guard address.allSatisfy({ "0:.".contains($0) }) else { return [address] }
    let isIPv6 = address.contains(":")
    let far = hosts + machine.filter { $0.contains(":") == isIPv6 }
    return far.isEmpty ? [isIPv6 ? "::1" : "127.0.0.1"] : far
  }

  private static func rank(_ name: String) -> Int {
    if name.hasPrefix("127.") || name == "::1" { return 3 }
    return name.contains(":") ? 2 : 1
  }
}
