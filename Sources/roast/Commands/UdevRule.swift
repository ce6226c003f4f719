import Roaster

/// The udev rule that lets a person at the computer open the roaster.
enum UdevRule {
  /// Where udev looks.
  static let folders = [
    "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d",
    "/usr/lib/udev/rules.d", "/lib/udev/rules.d",
  ]

  /// Whether a rule for every product is installed.
  static func finding(in folders: [String]) -> Finding {
    let rules = folders.flatMap { folder in
      DeviceNode.entries(of: folder).filter { $0.hasSuffix(".rules") }.map { folder + "/" + $0 }
    }
    let matching = rules.map { (path: $0, products: products(in: $0)) }
      .filter { !$0.products.isEmpty }
    let covered = Set(matching.flatMap(\.products))
    let missing = Device.products.filter { !covered.contains($0) }.map(hex)
    let install = "Run 'sudo make install' in the source folder, then replug the cable."
    guard let first = matching.first else {
      return Finding(
        id: "udev_rule", grade: .note, found: "No udev rule for the roaster is installed",
        next: "Only root can open the roaster without one. " + install)
    }
    guard missing.isEmpty else {
      return Finding(
        id: "udev_rule", grade: .note,
        found: "The udev rule \(first.path) leaves out product \(missing.joined(separator: ", "))",
        next: install)
    }
    return Finding(id: "udev_rule", grade: .good, found: "udev rule \(first.path)")
  }

  /// The roaster's products that one file has rules for.
  private static func products(in path: String) -> [UInt16] {
    guard let bytes = try? FileBytes.read(path) else { return [] }
    let rules = String(decoding: bytes, as: UTF8.self).lowercased().split(separator: "\n").filter {
      !$0.hasPrefix("#") && $0.contains("0483")
    }
    return Device.products.filter { product in
      rules.contains { $0.contains(hex(product).dropFirst(2)) }
    }
  }
}
