import Synchronization

/// Where a browser finds the page; known once the server has its ports.
final class PageAddresses: Sendable {
  private let addresses = Mutex<[String]>([])

  var value: [String] { addresses.withLock { $0 } }
  func set(_ value: [String]) { addresses.withLock { $0 = value } }
}
