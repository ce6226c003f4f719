import CLibUSB
import Roaster

/// One bulk transfer in flight. It owns its libusb transfer and buffer until libusb hands them
/// back; lives on the `EventThread` alone.
final class BulkTransfer {
  typealias Completion = (Result<[UInt8], TransportFault>) -> Void

  /// Where the bytes go (Specs/wire.md W1).
  enum Endpoint: UInt8 {
    case out = 0x03
    case `in` = 0x81
  }

  private let transfer: UnsafeMutablePointer<libusb_transfer>
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private let completion: Completion

  /// Submits the transfer; `completion` is called on the event thread, once. For an OUT transfer
  /// `bytes` are what to send, for an IN transfer their number is how many to receive.
  static func submit(
    _ endpoint: Endpoint, _ bytes: [UInt8], timeoutMilliseconds: Int, on handle: OpaquePointer,
    completion: @escaping Completion
  ) -> BulkTransfer? {
    guard let transfer = libusb_alloc_transfer(0) else {
      completion(.failure(.failed(code: LIBUSB_ERROR_NO_MEM.rawValue)))
      return nil
    }
    let bulk = BulkTransfer(transfer, bytes, completion)
    transfer.pointee.dev_handle = handle
    transfer.pointee.endpoint = endpoint.rawValue
    transfer.pointee.type = UInt8(LIBUSB_TRANSFER_TYPE_BULK.rawValue)
    transfer.pointee.timeout = UInt32(timeoutMilliseconds)
    transfer.pointee.buffer = bulk.buffer.baseAddress
    transfer.pointee.length = Int32(bytes.count)
    transfer.pointee.user_data = Unmanaged.passRetained(bulk).toOpaque()
    transfer.pointee.callback = { transfer in
      guard let box = transfer?.pointee.user_data else { return }
      Unmanaged<BulkTransfer>.fromOpaque(box).takeRetainedValue().ended()
    }
    let code = libusb_submit_transfer(transfer)
    guard code == 0 else {
      Unmanaged.passUnretained(bulk).release()
      completion(.failure(TransportFault(calling: code)))
      return nil
    }
    return bulk
  }

  private init(
    _ transfer: UnsafeMutablePointer<libusb_transfer>, _ bytes: [UInt8],
    _ completion: @escaping Completion
  ) {
    self.transfer = transfer
    self.completion = completion
    buffer = .allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes)
  }

  deinit {
    libusb_free_transfer(transfer)
    buffer.deallocate()
  }

  /// Asks libusb to give it up; it completes soon, as `ended`.
  func cancel() { libusb_cancel_transfer(transfer) }

  private func ended() {
    completion(outcome)
  }

  private var outcome: Result<[UInt8], TransportFault> {
    let carried = max(0, min(Int(transfer.pointee.actual_length), buffer.count))
    let isOut = transfer.pointee.endpoint == Endpoint.out.rawValue
    switch transfer.pointee.status {
    case LIBUSB_TRANSFER_COMPLETED where isOut && carried < buffer.count:
      return .failure(.shortWrite(taken: carried))
    case LIBUSB_TRANSFER_COMPLETED: return .success(Array(buffer.prefix(carried)))
    case LIBUSB_TRANSFER_TIMED_OUT where isOut && carried > 0:
      return .failure(.shortWrite(taken: carried))
    case LIBUSB_TRANSFER_TIMED_OUT: return .failure(.timeout)
    case LIBUSB_TRANSFER_STALL: return .failure(.stalled)
    case LIBUSB_TRANSFER_NO_DEVICE: return .failure(.gone)
    case LIBUSB_TRANSFER_OVERFLOW: return .failure(.overflow)
    case LIBUSB_TRANSFER_CANCELLED: return .failure(.ended)
    default: return .failure(.failed(code: LIBUSB_ERROR_IO.rawValue))
    }
  }
}
