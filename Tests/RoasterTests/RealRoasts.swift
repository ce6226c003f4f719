import Fixtures
import Roaster

extension RealRoasts.Row {
  /// What the roaster would have sent. The recordings have no roast clock.
  var wire: WireStatus {
    var wire = WireStatus()
    wire.bean = Float(bean)
    wire.infrared = Float(infrared)
    wire.heater = heater
    wire.fan = fan
    wire.drum = drum
    wire.state = state
    if state == RoasterState.roasting.code {
      wire.clockMinutes = UInt8(clamping: Int(seconds) / 60)
      wire.clockSeconds = UInt8(max(0, Int(seconds)) % 60)
    }
    return wire
  }
}
