import Glibc

/// The addresses under which other computers can reach this one.
enum NetworkAddresses {
  /// Those of the interfaces that are up now, without loopback and what is good on one cable only.
  static var ofThisMachine: [String] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var (found, next): ([String], UnsafeMutablePointer<ifaddrs>?) = ([], first)
    while let entry = next {
      if let address = text(entry.pointee) { found.append(address) }
      next = entry.pointee.ifa_next
    }
    return found
  }

  private static func text(_ interface: ifaddrs) -> String? {
    let flags = Int(interface.ifa_flags)
    guard flags & Int(IFF_UP) != 0, flags & Int(IFF_LOOPBACK) == 0,
      let address = interface.ifa_addr
    else { return nil }
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        text(AF_INET, &$0.pointee.sin_addr)
      }
    case AF_INET6:
      return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
        text(AF_INET6, &$0.pointee.sin6_addr)
      }.flatMap { isLinkLocal($0) ? nil : $0 }
    default: return nil
    }
  }

  private static func text(_ family: Int32, _ address: UnsafeRawPointer) -> String? {
    var buffer = [UInt8](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let isText = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        inet_ntop(family, address, $0.baseAddress, socklen_t($0.count)) != nil
      }
    }
    return isText ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : nil
  }

  /// fe80::/10
  private static func isLinkLocal(_ address: String) -> Bool {
    ["fe8", "fe9", "fea", "feb"].contains { address.hasPrefix($0) }
  }
}
