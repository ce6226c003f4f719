import Synchronization

/// What any thread puts in and one task takes out, in one order. Its room is given back with what
/// is taken, however much piled up: an `AsyncStream` keeps that of its longest wait for ever.
final class Inbox<Element: Sendable>: Sendable {
  private struct State {
    var waiting: [Element] = []
    var taker: CheckedContinuation<[Element], Never>?
    var isClosed = false
  }

  private let state = Mutex(State())

  /// Never waits. Nothing comes in any more once it is closed.
  func put(_ element: Element) {
    let taker = state.withLock { state -> CheckedContinuation<[Element], Never>? in
      if state.isClosed { return nil }
      guard let taker = state.taker else {
        state.waiting.append(element)
        return nil
      }
      state.taker = nil
      return taker
    }
    taker?.resume(returning: [element])
  }

  /// All that has come in, once there is something. Only one task asks, and not after closing.
  func take() async -> [Element] {
    await withCheckedContinuation { taker in
      let taken = state.withLock { state in
        if state.waiting.isEmpty { state.taker = taker }
        return exchange(&state.waiting, with: [])
      }
      if !taken.isEmpty { taker.resume(returning: taken) }
    }
  }

  /// Lets go of what has not been taken.
  func close() {
    state.withLock { state in
      state.isClosed = true
      state.waiting = []
    }
  }
}
