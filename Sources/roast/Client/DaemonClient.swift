import Roaster

/// Asks the daemon over its Unix socket.
struct DaemonClient: Sendable {
  /// The socket that a daemon listens at.
  let socket: String
  private let token: String?
  /// Given to each question.
  var seconds = 30.0

  /// More than the longest roast's telemetry takes.
  private static let mostBodyBytes = 64 << 20

  /// A client of the daemon at that socket.
  init(socket: String, token: String? = nil) {
    self.socket = socket
    self.token = token
  }

  /// A client of the daemon that the options, or else the environment, lead to; it is running.
  init(_ arguments: Arguments, place: DaemonPlace = DaemonPlace()) throws(Complaint) {
    let token = arguments.value("token") ?? Environment.value("ROAST_TOKEN")
    guard token?.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) ?? true, token?.isEmpty != true
    else {
      throw Complaint(
        code: "usage", happened: "the token has characters that no token has",
        next: "Check --token or ROAST_TOKEN; 'roast token add' makes a new one.", exit: .usage)
    }
    let asked = arguments.value("socket")
    if asked == nil { try place.checkSocketFolder() }
    let paths = place.sockets(asked: asked)
    do throws(DaemonFault) {
      self.init(socket: try Self.listening(at: paths), token: token)
    } catch { throw Complaint(error) }
  }

  /// The same where a daemon may or may not run; nil when none does. One that is asked for by name
  /// must.
  init?(ifRunning arguments: Arguments, place: DaemonPlace = DaemonPlace()) throws(Complaint) {
    do throws(Complaint) { try self.init(arguments, place: place) } catch {
      guard error.code == "no_daemon", arguments.value("socket") == nil else { throw error }
      return nil
    }
  }

  /// The first of these sockets that somebody listens at.
  static func listening(at paths: [String]) throws(DaemonFault) -> String {
    for path in paths {
      do throws(DaemonFault) {
        _ = try DaemonConnection(path: path, by: DaemonConnection.Deadline(seconds: 5))
        return path
      } catch {
        if case .notRunning = error { continue }
        throw error
      }
    }
    throw .notRunning(tried: paths)
  }

  /// What the daemon answers, whatever its status.
  struct Answer {
    var status: Int
    var body: [UInt8]
  }

  /// Asks, and throws what is not a success.
  func ask(
    _ method: String, _ path: String, query: [(name: String, value: String?)] = [],
    body: JSON? = nil
  ) throws(DaemonFault) -> Answer {
    let deadline = DaemonConnection.Deadline(seconds: seconds)
    let connection = try DaemonConnection(path: socket, by: deadline)
    try connection.write(request(method, path, query: query, body: body), by: deadline)
    var reader = AnswerReader(mostBodyBytes: Self.mostBodyBytes)
    while !reader.isWhole {
      let bytes = try connection.read(by: deadline)
      do throws(AnswerReader.Fault) {
        if bytes.isEmpty { try reader.end() } else { try reader.take(bytes) }
      } catch { throw .notUnderstood(error) }
    }
    let answer = Answer(status: reader.head?.status ?? 0, body: reader.takeBody())
    guard (200..<300).contains(answer.status) else {
      throw .refused(DaemonFault.Refusal(status: answer.status, body: answer.body))
    }
    return answer
  }

  /// Asks for a JSON document; what goes wrong is a complaint.
  func document(
    _ method: String, _ path: String, query: [(name: String, value: String?)] = [],
    body: JSON? = nil
  ) throws(Complaint) -> JSON {
    do throws(DaemonFault) {
      return try JSON(answer: ask(method, path, query: query, body: body))
    } catch { throw Complaint(error) }
  }

  /// The bytes of a request that the daemon may close the connection after.
  func request(
    _ method: String, _ path: String, query: [(name: String, value: String?)] = [],
    body: JSON? = nil, fields: [(name: String, value: String)] = []
  ) -> [UInt8] {
    let given = query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
    let target = path + (given.isEmpty ? "" : "?" + given.joined(separator: "&"))
    var lines = ["\(method) \(target) HTTP/1.1", "Host: localhost", "Connection: close"]
    if let token { lines.append("Authorization: Bearer \(token)") }
    lines += fields.map { "\($0.name): \($0.value)" }
    let content = body.map { Array($0.text.utf8) } ?? []
    if body != nil { lines.append("Content-Type: application/json") }
    if body != nil || method != "GET" { lines.append("Content-Length: \(content.count)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + content
  }

  /// Text for a path or a query, with all that could mean something there escaped.
  static func encoded(_ text: String) -> String {
    let hex = Array("0123456789ABCDEF")
    var encoded = ""
    for byte in text.utf8 {
      let scalar = UnicodeScalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || (0x30...0x39).contains(byte)
          || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
      {
        encoded.unicodeScalars.append(scalar)
      } else {
        encoded += "%" + String([hex[Int(byte >> 4)], hex[Int(byte & 15)]])
      }
    }
    return encoded
  }
}

extension JSON {
  /// The document in an answer.
  init(answer: DaemonClient.Answer) throws(DaemonFault) {
    guard let document = try? JSON(reading: answer.body) else { throw .notUnderstood(.malformed) }
    self = document
  }
}
