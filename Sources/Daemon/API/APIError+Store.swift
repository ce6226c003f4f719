import Store

extension APIError {
  /// The store could not do it.
  init(_ fault: StoreFault, kept: Bool) {
    if fault.tookTooLong {
      self = .tookTooLong
      return
    }
    self.init(
      status: 503, code: "store_unavailable",
      message: kept
        ? "this is kept in memory and not on the disk yet: \(fault.text)"
        : "the store cannot be read now: \(fault.text)",
      hint: kept
        ? "Send it again with the same key; free the disk or look at the daemon's log."
        : "Try again; 'roast status' tells more.",
      headers: [("Retry-After", "2")])
  }
}
