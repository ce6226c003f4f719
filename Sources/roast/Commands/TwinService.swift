import Roaster
import Simulator

/// A twin that others connect to: it lives until a signal ends it.
enum TwinService {
  /// `roast simulate --serve unix:PATH`.
  static func unixSocket(
    _ address: String, _ options: SimulationOptions, _ arguments: Arguments
  ) throws(Complaint) -> ExitCode {
    guard address.hasPrefix("unix:"), address.count > 5 else {
      throw .badValue(address, option: "serve", expected: "unix:PATH", "simulate")
    }
    let path = String(address.dropFirst(5))
    let workshop = try workshop(options, arguments)
    let speed = try speed(arguments)
    let server: TwinServer
    do throws(ServedTwinError) {
      server = try TwinServer(workshop: workshop, path: path, speed: speed)
    } catch { throw Complaint(error, path: path) }
    EndSignals.watch { server.stop() }
    Console.error(
      "A twin lives at \(path.printable): 'roast watch --device twin@\(path.printable)'\n")
    server.run()
    return .done
  }

  /// `roast simulate --usbip ADDRESS:PORT`.
  static func usbip(
    _ place: String, _ options: SimulationOptions, _ arguments: Arguments
  ) throws(Complaint) -> ExitCode {
    guard let colon = place.lastIndex(of: ":"),
      let port = UInt16(place[place.index(after: colon)...])
    else { throw .badValue(place, option: "usbip", expected: "ADDRESS:PORT", "simulate") }
    let address = String(place[..<colon].filter { $0 != "[" && $0 != "]" })
    let workshop = try workshop(options, arguments)
    let speed = try speed(arguments)
    let server: USBIPServer
    do throws(USBIPError) {
      server = try USBIPServer(workshop, address: address, port: port, speed: speed) { event in
        Console.error("\(event)\n")
      }
    } catch { throw Complaint(error, place: place) }
    EndSignals.watch { server.stop() }
    Console.error(
      """
      The twin is a USB device at \(address), port \(server.port). As root, on any Linux machine:
        modprobe vhci-hcd && usbip attach -r \(address) -b 1-1

      """)
    server.run()
    return .done
  }

  /// With a scenario its person is beside the twin; without one it is warm, ready and alone.
  private static func workshop(
    _ options: SimulationOptions, _ arguments: Arguments
  ) throws(Complaint) -> Workshop {
    let isNoisy = options.isNoisy ?? true
    guard arguments.value("scenario") != nil else {
      return Workshop(Bullet.Setup(isNoisy: isNoisy, seed: options.seed))
    }
    return try options.scenario().workshop(seed: options.seed, isNoisy: isNoisy)
  }

  private static func speed(_ arguments: Arguments) throws(Complaint) -> Double {
    guard let factor = try arguments.pace(of: "simulate").factor else {
      throw .badValue(
        "max", option: "speed", expected: "a number: others wait for this twin", "simulate")
    }
    return factor
  }
}

extension Complaint {
  /// Why a twin cannot be served, or its panel not be reached.
  init(_ error: ServedTwinError, path: String) {
    let (happened, next, exit): (String, String, ExitCode) =
      switch error {
      case .inUse:
        ("a twin lives at \(path) already", "Choose another path, or end that one.", .failed)
      case .notASocket: ("\(path) is no socket", "Choose another path.", .failed)
      case .unusablePath:
        ("no socket can have the path '\(path)'", "Choose a shorter path.", .usage)
      case .unusableSpeed(let speed):
        ("no twin can live at speed \(speed)", "Choose a speed nearer to 1.", .usage)
      case .absent:
        ("no twin lives at \(path)", "Start one: roast simulate --serve unix:\(path)", .absent)
      case .denied:
        ("this user may not use \(path)", "Use the user that started the twin.", .failed)
      case .silent: ("the twin at \(path) does not answer", "End it and start it again.", .failed)
      case .notATwin: ("what answers at \(path) is no twin", "Check the path.", .failed)
      case .unknownAct(let words):
        ("nobody can do '\(words)' at the panel", "Known: \(ServedTwin.acts).", .usage)
      case .failed(let code): ("\(path) failed with error \(code)", "Check the path.", .failed)
      }
    self.init(code: "twin", happened: happened.printable, next: next.printable, exit: exit)
  }

  /// Why the twin cannot be exported.
  init(_ error: USBIPError, place: String) {
    let (happened, next, exit): (String, String, ExitCode) =
      switch error {
      case .address(let address):
        ("'\(address)' is no address", "Use a number, as 127.0.0.1 or ::1, or localhost.", .usage)
      case .speed(let speed):
        ("no twin can live at speed \(speed)", "Choose one nearer to 1.", .usage)
      case .listening(_, _, let code):
        (
          "cannot listen at \(place) (error \(code))",
          "Another program may have the port; choose another.", .failed
        )
      case .resources(let code): ("the system refused (error \(code))", "Try again later.", .failed)
      }
    self.init(code: "usbip", happened: happened.printable, next: next, exit: exit)
  }
}
