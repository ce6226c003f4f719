/// Why a twin cannot be served, or its panel not be reached.
public enum ServedTwinError: Error, Equatable, Sendable {
  /// A living server listens at the path.
  case inUse
  /// Something that is no socket is at the path.
  case notASocket
  /// No socket can have this path: it is empty, or longer than the system takes.
  case unusablePath
  /// Nobody can live at this speed.
  case unusableSpeed(Double)
  /// No server listens at the path.
  case absent
  /// This user may not use the path.
  case denied
  /// The server did not answer in time, or went away.
  case silent
  /// What answers at the path speaks another language.
  case notATwin
  /// Nothing a hand can do has these words.
  case unknownAct(String)
  /// Anything else, by the number the system gives it.
  case failed(code: Int32)
}
