/// Where a watcher's observation goes.
protocol WatchView: AnyObject {
  /// Shows what has changed; false when nobody looks any more.
  func show(_ observed: Observation, after news: WatchNews) -> Bool
  func end(_ observed: Observation)
  /// How often it wants to be shown what has not changed, so that ages grow.
  var tickMilliseconds: Int { get }
}

extension WatchView {
  var tickMilliseconds: Int { 500 }
}
