import Glibc

/// A client on a real loopback socket. It waits two seconds for what it asks for, then gives up.
final class USBIPClient: Sendable {
  private let descriptor: Int32

  /// Nil when nobody listens there.
  init?(port: UInt16, isIPv6: Bool = false) {
    descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var four = sockaddr_in()
    four.sin_family = sa_family_t(AF_INET)
    four.sin_port = port.bigEndian
    four.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var six = sockaddr_in6()
    six.sin6_family = sa_family_t(AF_INET6)
    six.sin6_port = port.bigEndian
    six.sin6_addr = in6addr_loopback
    let code = isIPv6 ? Self.connect(descriptor, &six) : Self.connect(descriptor, &four)
    guard code == 0 else { return nil }
  }

  private static func connect<Address>(_ descriptor: Int32, _ address: inout Address) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }

  deinit { close(descriptor) }

  @discardableResult func send(_ bytes: [UInt8]) -> Bool {
    Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// So many bytes; fewer when the server hangs up or says nothing more.
  func receive(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while bytes.count < count {
      let got = recv(descriptor, &chunk, min(chunk.count, count - bytes.count), 0)
      guard got > 0 else { break }
      bytes += chunk.prefix(got)
    }
    return bytes
  }

  /// Whether the server hangs up within two seconds.
  var isHungUpOn: Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, 0) == 0 || errno == ECONNRESET
  }

  /// Ends the connection without a word: the other side gets a reset.
  func vanish() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  // MARK: - USB/IP

  func list() -> [UInt8] {
    send(USBIPWire.listRequest)
    let head = receive(12)
    return head + (head.last == 1 ? receive(USBIPWire.listReplySize - 12) : [])
  }

  /// The status of the reply; nil when there was none.
  func importRoaster() -> UInt32? {
    send(USBIPWire.importRequest())
    let head = receive(8)
    guard head.count == 8 else { return nil }
    let status = USBIPWire.number(head[4...])
    if status == 0 { _ = receive(USBIPWire.importReplySize - 8) }
    return status
  }

  /// Sends a command, if any, and takes the next answer.
  func command(_ bytes: [UInt8] = [], isRead: Bool = false) -> USBIPAnswer? {
    if !bytes.isEmpty { send(bytes) }
    guard var answer = USBIPAnswer(header: receive(USBIPWire.returnSize)[...]) else { return nil }
    if isRead { answer.bytes = receive(answer.length) }
    return answer
  }

  /// A request and the reply of the roaster to it.
  func ask(_ query: [UInt8], sequence: UInt32 = 1) -> [UInt8]? {
    guard command(USBIPWire.write(sequence, query))?.status == 0,
      let answer = command(USBIPWire.read(sequence + 1, 64), isRead: true), answer.status == 0
    else { return nil }
    return answer.bytes
  }
}
