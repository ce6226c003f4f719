import Glibc

/// How many files and connections this process may have open at once.
enum FileLimit {
  /// Whether so many can be had.
  static func check(_ needed: Int) throws(Complaint) {
    guard let limit = current, limit.rlim_max < rlim_t(needed) else { return }
    throw tooLow(needed, most: Int(clamping: limit.rlim_max))
  }

  /// Makes room for so many: the soft limit goes up to the hard one where it is too low.
  static func make(room needed: Int) throws(Complaint) {
    try check(needed)
    guard var limit = current, limit.rlim_cur < rlim_t(needed) else { return }
    let soft = Int(clamping: limit.rlim_cur)
    limit.rlim_cur = limit.rlim_max
    guard setrlimit(files, &limit) == 0 else { throw tooLow(needed, most: soft) }
  }

  private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

  private static var current: rlimit? {
    var limit = rlimit()
    return getrlimit(files, &limit) == 0 ? limit : nil
  }

  private static func tooLow(_ needed: Int, most: Int) -> Complaint {
    Complaint(
      code: "too_few_files",
      happened: "the connections take \(needed) open files, and this process may have \(most)",
      next: "Set 'connections' lower, or allow more: LimitNOFILE= in the unit, 'ulimit -Hn' in a "
        + "shell.", exit: .usage)
  }
}
