import Roaster

extension Outlook {
  /// The same as `json`, an array a value and all equally long, up to where BT comes to so many C:
  /// what a chart draws, in a third of the bytes.
  public func columns(below celsius: Double) -> [(key: String, value: JSON)] {
    let points = points.prefix { $0.bean <= celsius }
    func column(_ path: (Point) -> Double) -> JSON {
      .array(points.map { .number((path($0) * 10).rounded() / 10) })
    }
    return [
      ("seconds", column(\.seconds)),
      ("bean_celsius", column(\.bean)), ("bean_band_celsius", column(\.beanBand)),
      ("ibts_celsius", column(\.infrared)), ("ibts_band_celsius", column(\.infraredBand)),
      ("rate_of_rise_celsius_per_minute", column(\.rise)),
      ("rate_of_rise_band_celsius_per_minute", column(\.riseBand)),
    ]
  }
}
