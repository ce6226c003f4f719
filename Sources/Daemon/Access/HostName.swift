/// The machine that a `Host` or `Origin` header names, without its port.
struct HostName: Hashable {
  let name: String

  /// From `name`, `name:port`, `address:port` or `[address]:port`; nil when it is none of these.
  init?(authority: some StringProtocol) {
    let text = authority.lowercased()
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      let address = String(text[text.index(after: text.startIndex)..<end])
      guard SocketAddress(address, port: 0)?.isIPv6 == true else { return nil }
      name = address
      rest = text[text.index(after: end)...]
    } else {
      let name = text.prefix { $0 != ":" }
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isPlain) else { return nil }
      self.name = String(name.hasSuffix(".") ? name.dropLast() : name)
      rest = text[name.endIndex...]
    }
    guard rest.isEmpty || Self.isPort(rest) else { return nil }
  }

  /// From `http://…` or `https://…` with nothing behind; nil for every other origin.
  init?(origin: String) {
    let origin = origin.lowercased()
    guard let scheme = ["http://", "https://"].first(where: origin.hasPrefix) else { return nil }
    self.init(authority: origin.dropFirst(scheme.count))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.first == ":" && UInt16(text.dropFirst()) != nil
      && text.dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
