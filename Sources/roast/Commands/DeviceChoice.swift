import Driver
import Roaster
import Simulator
import USB

/// What `--device` names.
enum DeviceChoice: Equatable {
  case usb(serial: String?)
  case replay(path: String)
  /// A twin in this process; without a scenario a warm one, ready, with nobody at the panel.
  case twin(Scenario?)
  /// A twin in a process of its own.
  case servedTwin(path: String)

  init(_ arguments: Arguments, of command: String) throws(Complaint) {
    try self.init(named: arguments.value("device") ?? "usb", of: command)
    if arguments.value("speed") != nil, case .usb = self {
      throw Complaint(
        code: "usage", happened: "--speed is for recordings and twins; a roaster has its own",
        next: "Leave --speed out, or use --device replay:FILE or twin.", exit: .usage)
    }
  }

  /// The device that a text names, as `twin:medium` does.
  init(named text: String, of command: String) throws(Complaint) {
    if text.hasPrefix("twin@"), text.count > 5 {
      self = .servedTwin(path: String(text.dropFirst(5)))
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = parts.count == 2 ? String(parts[1]) : nil
    switch (parts[0], rest) {
    case ("usb", nil): self = .usb(serial: nil)
    case ("usb", let serial?) where !serial.isEmpty: self = .usb(serial: serial)
    case ("replay", let path?) where !path.isEmpty: self = .replay(path: path)
    case ("twin", nil): self = .twin(nil)
    case ("twin", let name?) where !name.isEmpty: self = .twin(try Scenario(nameOrPath: name))
    default:
      throw .badValue(
        text, option: "device",
        expected: "usb, usb:SERIAL, twin, twin:SCENARIO, twin@PATH or replay:FILE", command)
    }
  }

  /// The serial number wanted on the bus.
  var serial: String? { if case .usb(let serial) = self { serial } else { nil } }
}

extension Arguments {
  /// `--speed N|max`.
  func pace(of command: String) throws(Complaint) -> Pace {
    guard let text = value("speed") else { return Pace(factor: 1) }
    if text == "max" { return .unlimited }
    guard let factor = Double(text), (0.01...1e6).contains(factor) else {
      throw .badValue(
        text, option: "speed", expected: "a number from 0.01 to 1000000, or max", command)
    }
    return Pace(factor: factor)
  }
}

extension RecordingReader {
  /// The recording in a file.
  init(path: String) throws(Complaint) {
    let bytes = try FileBytes.read(path)
    do throws(Refusal) {
      self = try RecordingReader(bytes)
    } catch {
      let (problem, next) =
        switch error {
        case .notARecording:
          ("is not a recording", "'roast record --out FILE' makes one.")
        case .newerVersion(let version):
          ("is a recording of version \(version), newer than this program", "Update roast.")
        case .headerCut:
          ("ends before its header does", "Nothing of it can be played; record again.")
        case .headerDamaged:
          ("has a damaged header", "Nothing of it can be played; look for another copy.")
        }
      throw Complaint(code: "bad_recording", happened: "\(path) \(problem)", next: next)
    }
  }
}

extension RecordingReader.End {
  /// What a person should know about how a recording ended; nil when it is whole.
  var warning: String? {
    switch self {
    case .complete: nil
    case .cut(let offset):
      "the recording was cut short in the transfer at byte \(offset); all before it was played"
    case .damaged(let offset):
      "the recording is damaged at byte \(offset); all before it was played"
    }
  }
}
