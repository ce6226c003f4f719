import CLinux
import Glibc

/// What the kernel says about this process.
struct ProcessFigures {
  let cpuSeconds: Double
  let residentBytes: Int
  /// What was asked for and not given back: of the memory, what the program itself accounts for.
  let heapBytes: Int
  let openFiles: Int
  let threads: Int

  /// The figures of now; zero where the kernel does not tell.
  init() {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    cpuSeconds = seconds(usage.ru_utime) + seconds(usage.ru_stime)
    let pages = Self.words(of: "/proc/self/statm")
    residentBytes = (pages.count > 1 ? Int(pages[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    heapBytes = Int(clinux_heap_bytes())
    openFiles = Self.count(in: "/proc/self/fd")
    threads = Self.count(in: "/proc/self/task")
  }

  private static func words(of path: String) -> [Substring] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
  }

  private static func count(in folder: String) -> Int {
    guard let stream = opendir(folder) else { return 0 }
    defer { closedir(stream) }
    var count = 0
    while readdir(stream) != nil { count += 1 }
    return max(0, count - 2)
  }
}
