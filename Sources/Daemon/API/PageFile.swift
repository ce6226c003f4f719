/// A file of the page, as it lies in the binary.
struct PageFile {
  let type: String
  let bytes: [UInt8]

  var response: HTTPResponse {
    HTTPResponse(headers: [("Content-Type", type), ("Cache-Control", "no-cache")], body: bytes)
  }

  /// The file of that name.
  static func named(_ name: String) throws(APIError) -> PageFile {
    guard let bytes = bytes(of: name), let type = type(of: name) else {
      throw .notFound("the page has no file '\(name.prefix(40))'", hint: "The page is at /.")
    }
    return PageFile(type: type, bytes: bytes)
  }

  private static func type(of name: String) -> String? {
    switch name.split(separator: ".").last {
    case "css": "text/css; charset=utf-8"
    case "html": "text/html; charset=utf-8"
    case "js": "text/javascript; charset=utf-8"
    case "svg": "image/svg+xml"
    case "webmanifest": "application/manifest+json"
    default: nil
    }
  }

  /// Sources/Daemon/Page, inside the program.
  private static func bytes(of name: String) -> [UInt8]? {
    switch name {
    case "alarms.js": PackageResources.alarms_js
    case "batch.js": PackageResources.batch_js
    case "cards.css": PackageResources.cards_css
    case "chart.css": PackageResources.chart_css
    case "clock.js": PackageResources.clock_js
    case "commands.js": PackageResources.commands_js
    case "connection.js": PackageResources.connection_js
    case "curve.js": PackageResources.curve_js
    case "decisions.js": PackageResources.decisions_js
    case "governed.js": PackageResources.governed_js
    case "helm.css": PackageResources.helm_css
    case "history.js": PackageResources.history_js
    case "hold.js": PackageResources.hold_js
    case "icon.svg": PackageResources.icon_svg
    case "index.html": PackageResources.index_html
    case "level.js": PackageResources.level_js
    case "live.js": PackageResources.live_js
    case "manifest.webmanifest": PackageResources.manifest_webmanifest
    case "marks.js": PackageResources.marks_js
    case "page.css": PackageResources.page_css
    case "page.js": PackageResources.page_js
    case "panel.js": PackageResources.panel_js
    case "past.js": PackageResources.past_js
    case "pilot.css": PackageResources.pilot_css
    case "pilot.js": PackageResources.pilot_js
    case "presence.js": PackageResources.presence_js
    case "proposal.js": PackageResources.proposal_js
    case "proposals.css": PackageResources.proposals_css
    case "rehearsal.js": PackageResources.rehearsal_js
    case "sounds.js": PackageResources.sounds_js
    case "state.js": PackageResources.state_js
    case "steer.css": PackageResources.steer_css
    case "steer.js": PackageResources.steer_js
    case "stop.js": PackageResources.stop_js
    case "targets.js": PackageResources.targets_js
    case "verdict.js": PackageResources.verdict_js
    case "words.js": PackageResources.words_js
    default: nil
    }
  }
}
