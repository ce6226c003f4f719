import Glibc
import Roaster
import USB

/// The file under /dev/bus/usb through which a device is opened.
struct DeviceNode {
  let path: String

  init(path: String) { self.path = path }

  init(_ device: Device) {
    path = "/dev/bus/usb/" + Self.padded(device.bus) + "/" + Self.padded(device.address)
  }

  /// Whether this user may open it.
  var isAccessible: Bool { access(path, R_OK | W_OK) == 0 }

  /// Other processes that have it open, as far as this user may see: `RoasTime (pid 4711)`.
  func holders() -> [String] {
    Self.entries(of: "/proc").compactMap { Int32($0) }.sorted().compactMap { process in
      guard process != getpid() else { return nil }
      let files = "/proc/\(process)/fd"
      guard
        Self.entries(of: files).contains(where: { Self.target(of: files + "/" + $0) == path })
      else { return nil }
      let name = (try? FileBytes.read("/proc/\(process)/comm")).map {
        String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self)
      }
      return "\(name ?? "a process") (pid \(process))"
    }
  }

  /// The programs that have any roaster on the bus open.
  static func holdersOfRoasters() -> [String] {
    let seen = (try? Bus.roasters()) ?? []
    return seen.flatMap { DeviceNode($0.device).holders() }
  }

  /// The names in a folder; none when it cannot be read.
  static func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func target(of link: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) { characters in
        characters.baseAddress.map { readlink(link, $0, characters.count) } ?? -1
      }
    }
    return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
  }

  private static func padded(_ number: UInt8) -> String {
    String(repeating: "0", count: 3 - String(number).count) + String(number)
  }
}
