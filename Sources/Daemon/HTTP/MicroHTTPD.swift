import CHTTP
import Glibc

/// One listener's libmicrohttpd daemon and what it calls.
final class MicroHTTPD: @unchecked Sendable {
  private let options: UnsafeMutablePointer<chttp_options>
  private let daemon: OpaquePointer

  private static let threads: UInt32 = 2

  /// What the daemon's callbacks work with.
  private final class Context {
    let isUnix: Bool
    let reception: Reception
    let registry: ConnectionRegistry

    init(isUnix: Bool, reception: Reception, registry: ConnectionRegistry) {
      self.isUnix = isUnix
      self.reception = reception
      self.registry = registry
    }
  }

  /// Serves what connects to the socket, which is the daemon's from now on; nil when it cannot.
  init?(
    descriptor: Int32, isUnix: Bool, reception: Reception, registry: ConnectionRegistry
  ) {
    let limits = reception.limits
    let context = Context(isUnix: isUnix, reception: reception, registry: registry)
    options = .allocate(capacity: 1)
    options.initialize(to: Self.callbacks())
    options.pointee.descriptor = descriptor
    options.pointee.threads = Self.threads
    // Each thread gets its share of these, and one may get them all; the registry counts for real.
    options.pointee.connections = Self.threads * UInt32(limits.connections + 64)
    options.pointee.idle_seconds = UInt32(max(1, limits.idleSeconds.rounded(.up)))
    // Room for a header a little over the limit, so that we can say so ourselves.
    options.pointee.connection_bytes = 2 * limits.headerBytes
    options.pointee.context = Unmanaged.passRetained(context).toOpaque()
    guard let started = chttp_start(options) else {
      Self.release(options)
      return nil
    }
    daemon = started
  }

  deinit { Self.release(options) }

  private static func release(_ options: UnsafeMutablePointer<chttp_options>) {
    Unmanaged<Context>.fromOpaque(options.pointee.context).release()
    options.deallocate()
  }

  /// Ends every connection and the threads. Nothing may be suspended any more.
  func stop() { MHD_stop_daemon(daemon) }

  private static func callbacks() -> chttp_options {
    chttp_options(
      descriptor: -1, threads: 0, connections: 0, idle_seconds: 0, connection_bytes: 0,
      context: nil,
      admits: { context in
        guard let context = MicroHTTPD.context(context) else { return 0 }
        return context.registry.admits(isUnix: context.isUnix) ? 1 : 0
      },
      connected: { context, pointer, descriptor in
        guard let context = MicroHTTPD.context(context), let pointer else { return nil }
        return MicroHTTPD.connect(pointer, descriptor, context)
      },
      disconnected: { companion in
        guard let companion else { return }
        let connection = Unmanaged<HTTPConnection>.fromOpaque(companion).takeRetainedValue()
        connection.end()
      },
      began: { companion, target in
        guard let target else { return }
        let bytes = Array(UnsafeRawBufferPointer(start: target, count: strlen(target)))
        MicroHTTPD.connection(companion)?.begin(target: bytes)
      },
      progressed: { companion, method, version, part, count in
        guard let connection = MicroHTTPD.connection(companion) else { return 0 }
        let part = UnsafeBufferPointer(start: part, count: part == nil ? 0 : count)
        return connection.progress(method: method, version: version, part: part) ? 1 : 0
      },
      ended: { companion in MicroHTTPD.connection(companion)?.endRequest() })
  }

  private static func context(_ pointer: UnsafeMutableRawPointer?) -> Context? {
    pointer.map { Unmanaged<Context>.fromOpaque($0).takeUnretainedValue() }
  }

  private static func connection(_ companion: UnsafeMutableRawPointer?) -> HTTPConnection? {
    companion.map { Unmanaged<HTTPConnection>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The connection's companion; nil leaves it without one, so that its first request ends it.
  private static func connect(
    _ pointer: OpaquePointer, _ descriptor: Int32, _ context: Context
  ) -> UnsafeMutableRawPointer? {
    guard let peer = Peer(descriptor: descriptor, isUnix: context.isUnix) else { return nil }
    let local = context.isUnix ? nil : SocketPlace(descriptor: descriptor, ofPeer: false)
    let connection = HTTPConnection(
      pointer: pointer, descriptor: descriptor, peer: peer, localAddress: local?.address,
      reception: context.reception, registry: context.registry)
    context.registry.add(connection)
    return Unmanaged.passRetained(connection).toOpaque()
  }

  // MARK: Pieces of requests and answers

  /// The headers of a request.
  static func headers(of connection: OpaquePointer) -> [RequestHead.RawHeader] {
    var headers: [RequestHead.RawHeader] = []
    withUnsafeMutablePointer(to: &headers) { headers in
      chttp_headers(connection, headers) { headers, name, nameCount, value, valueCount in
        headers?.assumingMemoryBound(to: [RequestHead.RawHeader].self).pointee.append(
          (
            Array(UnsafeRawBufferPointer(start: name, count: nameCount)),
            Array(UnsafeRawBufferPointer(start: value, count: valueCount))
          ))
      }
    }
    return headers
  }

  private final class BodyReader {
    let body: [UInt8]
    let share: AnswerBudget.Share

    init(_ body: [UInt8], _ share: AnswerBudget.Share) { (self.body, self.share) = (body, share) }

    func read(from position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
      let count = min(buffer.count, body.count - position)
      guard count > 0 else { return chttp_stream_ended }
      buffer.copyBytes(from: body[position..<(position + count)])
      return count
    }
  }

  /// An answer that is whole and large: its bytes are held once, and the share for as long.
  static func answer(_ body: [UInt8], _ share: AnswerBudget.Share) -> OpaquePointer? {
    let reader = Unmanaged.passRetained(BodyReader(body, share)).toOpaque()
    return chttp_answer(
      UInt64(body.count), reader,
      { reader, position, bytes, count in
        guard let reader else { return chttp_stream_ended }
        return Unmanaged<BodyReader>.fromOpaque(reader).takeUnretainedValue().read(
          from: Int(position), into: UnsafeMutableRawBufferPointer(start: bytes, count: count))
      },
      { reader in if let reader { Unmanaged<BodyReader>.fromOpaque(reader).release() } })
  }

  private final class StreamReader {
    let subscription: EventStream.Subscription
    let park: @Sendable () -> Bool

    init(_ subscription: EventStream.Subscription, park: @escaping @Sendable () -> Bool) {
      self.subscription = subscription
      self.park = park
    }
  }

  /// An answer that is a stream. It ends with the request.
  static func stream(
    _ subscription: EventStream.Subscription, park: @escaping @Sendable () -> Bool
  ) -> OpaquePointer? {
    let reader = Unmanaged.passRetained(StreamReader(subscription, park: park)).toOpaque()
    return chttp_answer(
      chttp_unknown_size, reader,
      { reader, _, bytes, count in
        guard let reader else { return chttp_stream_ended }
        let stream = Unmanaged<StreamReader>.fromOpaque(reader).takeUnretainedValue()
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: count)
        return switch stream.subscription.read(into: buffer, park: stream.park) {
        case .bytes(let count): count
        case .nothing: 0
        case .ended: chttp_stream_ended
        }
      },
      { reader in
        guard let reader else { return }
        let stream = Unmanaged<StreamReader>.fromOpaque(reader).takeRetainedValue()
        stream.subscription.cancel()
      })
  }
}
