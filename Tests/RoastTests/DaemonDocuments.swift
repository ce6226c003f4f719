/// What a daemon answers in the middle of a roast on the twin, as the API has it.
enum DaemonDocuments {
  static func reply(to asked: ScriptedDaemon.Asked) -> ScriptedDaemon.Reply {
    switch asked.line {
    case "GET /v1/status": .json(200, status)
    case "GET /v1/roasts": .json(200, #"{"roasts":[\#(brief(2)),\#(twin)],"next_before":null}"#)
    case "GET /v1/roasts?limit=1&before=9&q=kenya%20%26%20co&beans=AB":
      .json(200, #"{"roasts":[\#(brief(2))],"next_before":2}"#)
    case "GET /v1/roasts?before=1": .json(200, #"{"roasts":[],"next_before":null}"#)
    case "GET /v1/roasts/2", "GET /v1/roasts/last", "GET /v1/roasts/current": .json(200, roast)
    case "PATCH /v1/roasts/2": .json(200, brief(2))
    case "GET /v1/roasts/2/export?format=csv": .bytes(csv)
    case "POST /v1/roasts/current/events":
      asked.body.contains("second_crack")
        ? refused(409, "out_of_order", "it would stand on the wrong side of first_crack")
        : .json(201, #"{"events":[\#(firstCrack)]}"#)
    case "DELETE /v1/roasts/2/events/first_crack": .json(200, #"{"events":[]}"#)
    case "DELETE /v1/roasts/2/events/yellowing":
      refused(404, "no_such_mark", "there is no mark 'yellowing'")
    case "GET /v1/batch":
      .json(200, #"{"title":null,"beans":"Kenya AB","grams_in":null,"notes":null}"#)
    case "PUT /v1/batch": .json(200, asked.body)
    case "GET /v1/tokens": .json(200, tokens)
    case "POST /v1/tokens":
      .json(201, #"{"id":3,"name":"kitchen","role":"viewer","token":"roast_AAECAwQF"}"#)
    case "DELETE /v1/tokens/3": .json(200, #"{"id":3,"status":"revoked"}"#)
    case "DELETE /v1/tokens/4": refused(404, "not_found", "there is no token 4")
    case "POST /v1/link/release": .json(200, released)
    case "POST /v1/link/attach": .json(200, link)
    case "POST /v1/page-codes":
      asked.body.contains("viewer")
        ? .json(201, #"{"code":"K7","expires_in_seconds":600,"urls":[]}"#)
        : .json(201, pageCode)
    case "POST /v1/vacuum": .json(202, #"{"status":"started"}"#)
    default: refused(404, "no_such_roast", "there is no such roast")
    }
  }

  private static func refused(
    _ status: Int, _ code: String, _ message: String
  ) -> ScriptedDaemon.Reply {
    .json(status, #"{"code":"\#(code)","message":"\#(message)","hint":"Look again."}"#)
  }

  static let link = #"""
    {"state":"up","since":"2026-11-21T09:00:00.000Z","age_seconds":0.064,"serial":"1234","firmware":562,"polls":4000,"failed_polls":2,"connections":1,"failure":null,"released_until":null,"message":null,"hint":null}
    """#

  private static let released = #"""
    {"state":"released","since":"2026-11-21T09:00:00.000Z","age_seconds":null,"serial":"1234","firmware":562,"polls":4000,"failed_polls":2,"connections":1,"failure":null,"released_until":"2026-11-21T09:30:00.000Z","message":"The roaster's USB device is left to other programs.","hint":"'roast attach' takes it back."}
    """#

  static let reading = #"""
    {"id":77,"at":"2026-11-21T09:12:00.250Z","monotonic_ns":720000000000,"sequence":4000,"roast_id":2,"roast_seconds":512.5,"state":"roasting","state_code":6,"clock_seconds":512,"bean_celsius":196.4,"rate_of_rise_celsius_per_minute":8.12,"ibts_celsius":205.9,"exhaust_celsius":null,"heater_level":7,"fan_level":3,"drum_level":9,"fan_rpm":1120,"mains_volts":231,"preheat_target_celsius":190,"suspect":["exhaust_celsius"]}
    """#

  static let progress = #"""
    {"id":2,"batch":1,"state":"roasting","is_roasting":true,"began":"2026-11-21T09:03:27.750Z","ended_seconds":null,"seconds":512.5,"landmarks":{"charged":{"seconds":2,"bean_celsius":181,"ibts_celsius":210,"source":"estimated"},"turning_point":{"seconds":71.2,"bean_celsius":92.5,"ibts_celsius":150,"source":"estimated"},"yellowing":{"seconds":270,"bean_celsius":151,"ibts_celsius":170,"source":"estimated"},"first_crack":null,"first_crack_end":null,"second_crack":null,"dropped":null},"phases":{"drying_seconds":270,"maillard_seconds":242.5,"development_seconds":null,"total_seconds":512.5,"development_ratio":null}}
    """#

  static let status = #"""
    {"version":"0.1.0","now":"2026-11-21T09:12:00.300Z","started":"2026-11-21T08:00:00.000Z","uptime_seconds":4320,"device":"twin:medium","simulated":true,"speed":10,"link":\#(link),"reading":\#(reading),"roast":\#(progress),"batch":{"title":null,"beans":"Kenya AB","grams_in":400,"notes":null},"store":{"state":"degraded","problem":"the disk is full","pending":12,"lost_points":3,"lost_events":0,"path":"/var/lib/roast/roast.db","size_bytes":12345678,"set_aside":null,"check":"ok"},"autonomy":{"level":"L3","abort":{"latched":true,"trips":["bean_too_hot"]},"breakers":{"paused":["fan"]},"open":{"pending_approval":1,"awaiting_veto":1}},"streams":2,"caller":{"role":"owner","name":"uid 1000 (alice)"}}
    """#

  static func brief(_ id: Int) -> String {
    #"""
    {"id":\#(id),"status":"ended","began":"2026-11-21T09:03:27.750Z","ended":"2026-11-21T09:13:35.000Z","title":"Morning","beans":"Kenya AB","grams_in":400,"grams_out":345,"weight_loss_ratio":0.1375,"notes":"bright","device":"usb","simulated":false,"serial":"1234","duration_seconds":607.25,"first_crack_seconds":505,"development_ratio":0.1684,"drop_bean_celsius":211.3}
    """#
  }

  private static let twin = #"""
    {"id":1,"status":"interrupted","began":"2026-11-20T18:00:00.000Z","ended":null,"title":null,"beans":null,"grams_in":null,"grams_out":null,"weight_loss_ratio":null,"notes":null,"device":"twin:medium","simulated":true,"serial":null,"duration_seconds":null,"first_crack_seconds":null,"development_ratio":null,"drop_bean_celsius":null}
    """#

  static let firstCrack = #"""
    {"id":31,"roast_id":2,"event":"first_crack","category":"landmark","batch":1,"change":"announced","source":"marked","at":"2026-11-21T09:11:52.750Z","at_monotonic_ns":712750000000,"announced":"2026-11-21T09:11:57.750Z","announced_monotonic_ns":717750000000,"roast_seconds":505,"bean_celsius":195.2,"ibts_celsius":204.1,"gap_seconds":null,"author":"uid 1000 (alice)"}
    """#

  private static let levelChange = #"""
    {"id":30,"roast_id":2,"event":"level_changed","category":"level","batch":1,"change":"announced","source":"machine","at":"2026-11-21T09:10:00.000Z","at_monotonic_ns":600000000000,"announced":"2026-11-21T09:10:00.100Z","announced_monotonic_ns":600100000000,"roast_seconds":392.25,"bean_celsius":null,"ibts_celsius":null,"gap_seconds":null,"control":"heater","from_level":8,"to_level":7,"origin":"panel","doubled":false,"author":null}
    """#

  private static let losses = #"""
    [{"kind":"away","from":"2026-11-21T09:05:00.000Z","to":"2026-11-21T09:05:12.500Z","points":0,"others":0,"reason":null},{"kind":"dropped","from":"2026-11-21T09:06:00.000Z","to":"2026-11-21T09:07:00.000Z","points":580,"others":1,"reason":"full: database or disk is full"},{"kind":7}]
    """#

  private static let findings = #"""
    {"version":1,"items":[{"code":"flick","severity":"caution","seconds":520,"end_seconds":545,"figures":{"from_celsius_per_minute":5,"to_celsius_per_minute":7.5,"heater_level_from":4,"heater_level_to":5},"text":"","advice":""},{"code":"command_failed","severity":"warning","seconds":530,"end_seconds":530,"figures":{"count":1},"text":"","advice":""},{"code":"of_tomorrow","severity":"note","seconds":1}],"energy":{"rated_kilojoules":473.2,"full_power_seconds":305.3,"mean_share":0.5088,"share_before_first_crack":0.9},"level_changes":{"heater":4,"fan":2,"drum":0},"commands":{"completed":3,"failed":1}}
    """#

  /// A roast of ten minutes that climbs by 20 degrees each.
  static let roast: String = {
    let seconds = Array(stride(from: -60, through: 660, by: 30))
    func column(_ value: (Int) -> String) -> String {
      "[" + seconds.map(value).joined(separator: ",") + "]"
    }
    let curve = #"""
      {"batch":1,"began":"2026-11-21T09:03:27.750Z","ended_seconds":600,"seconds":\#(column { "\($0)" }),"bean_celsius":\#(column { "\(20 * max(0, $0) / 60 + 10)" }),"ibts_celsius":\#(column { $0 == 90 ? "null" : "\(15 * max(0, $0) / 60 + 60)" }),"rate_of_rise_celsius_per_minute":\#(column { $0 < 0 ? "null" : "20" }),"heater_level":\#(column { _ in "7" }),"fan_level":\#(column { _ in "3" }),"drum_level":\#(column { _ in "9" }),"state_code":\#(column { $0 < 0 ? "4" : $0 > 600 ? "8" : "6" }),"events":[{"event":"yellowing","category":"landmark","source":"estimated","seconds":270,"bean_celsius":100,"ibts_celsius":127.5},{"event":"first_crack","category":"landmark","source":"marked","seconds":505,"bean_celsius":178.3,"ibts_celsius":186.2}]}
      """#
    return brief(2).dropLast()
      + #","summary":{},"findings":\#(findings),"events":[\#(levelChange),\#(firstCrack)],"losses":\#(losses),"curve":\#(curve)}"#
  }()

  private static let tokens = #"""
    {"tokens":[{"id":1,"name":"agent","role":"agent","kind":"token","created":"2026-11-01T08:00:00.000Z","last_used":"2026-11-21T09:00:00.000Z","expires":null},{"id":2,"name":"uid 1000 (alice)","role":"operator","kind":"session","created":"2026-10-01T08:00:00.000Z","last_used":null,"expires":"2026-12-30T08:00:00.000Z"}]}
    """#

  private static let pageCode = #"""
    {"code":"K7","expires_in_seconds":600,"urls":["http://127.0.0.1:8760/?code=K7","http://192.168.1.5:8760/?code=K7"]}
    """#

  /// In two chunks.
  private static let csv = Array(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nseconds,b\r\n8\r\nean\n0,90\r\n1\r\n\n\r\n0\r\n\r\n"
      .utf8)
}
