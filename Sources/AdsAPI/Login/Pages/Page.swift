import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// A page of the sign-in: made by the server, without scripts, and with nothing from elsewhere.
struct Page: Sendable {
  var title: String
  var content: HTML
  var status: HTTPResponse.Status = .ok
  /// Where forms of the page may lead, beside the server itself: a source of a Content-Security-Policy.
  var formTarget: String?

  func response() -> Response {
    Response(
      status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: document.text)))
  }

  private var headers: HTTPFields {
    var fields: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
    fields[.contentSecurityPolicy] = policy.description
    fields[.xContentTypeOptions] = "nosniff"
    for (name, value) in Self.furtherHeaders {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    return fields
  }

  private var policy: ContentSecurityPolicy {
    [
      .defaultSrc(.none), .styleSrc(.hash(.sha256, base64: Self.styleHash)),
      formTarget.map { .formAction(.self, .uri($0)) } ?? .formAction(.self), .frameAncestors(.none), .baseURI(.none),
    ]
  }

  private static let furtherHeaders = [
    ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
  ]

  private var document: HTML {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="robots" content="noindex">
    <title>\(title) · Adyton</title>
    <style>\(Self.style)</style>
    </head>
    <body>
    <main>
    <p class="brand">Adyton</p>
    <h1>\(title)</h1>
    \(content)
    </main>
    </body>
    </html>

    """
  }

  private static let styleHash = Data(SHA256.hash(data: Data(style.text.utf8))).base64EncodedString()

  private static let style: HTML = """
    *{box-sizing:border-box}
    body{margin:0;background:#f3f4f2;color:#1d2420;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
    main{max-width:30rem;margin:3rem auto;padding:2rem;background:#fff;border:1px solid #dcdfda;border-radius:10px}
    .brand{margin:0 0 1rem;font-weight:600;letter-spacing:.06em;color:#3d5a4a}
    h1{margin:0 0 1rem;font-size:1.4rem;line-height:1.25}
    h2{margin:1.5rem 0 .5rem;font-size:1rem}
    p,ul,ol{margin:0 0 1rem}
    ul,ol{padding-left:1.25rem}
    li{margin-bottom:.35rem}
    label{display:block;margin:0 0 1rem;font-weight:600}
    label.choice{font-weight:400}
    input[type=email],input[type=password]{display:block;width:100%;margin-top:.3rem;padding:.6rem .7rem;font:inherit;
    border:1px solid #8b948e;border-radius:6px}
    input:focus-visible,button:focus-visible,a:focus-visible{outline:3px solid #7fb397;outline-offset:2px}
    button,a.button{display:inline-block;padding:.6rem 1.2rem;font:inherit;font-weight:600;border-radius:6px;
    border:1px solid #2c5a43;background:#2c5a43;color:#fff;cursor:pointer;text-decoration:none}
    a.second{background:#fff;color:#2c5a43}
    .actions{display:flex;gap:.75rem;margin-top:1.5rem}
    .problem{padding:.7rem .9rem;border-left:4px solid #a3341f;background:#fbeeeb}
    .terms{margin-bottom:1rem;padding:1rem;border:1px solid #dcdfda;border-radius:6px;background:#fafbf9}
    [hidden]{display:none!important}
    .note{margin-top:1rem;color:#55605a;font-size:.9rem}
    @media (max-width:34rem){main{margin:0;border:0;border-radius:0;min-height:100vh}}
    """
}

extension Page {
  /// The page that stands for an error.
  init(_ failure: APIFailure) {
    let text = failure.details.isEmpty ? "Something went wrong here. Try again." : failure.details
    self.init(title: "This did not work", content: Page.problem(text), status: failure.status)
  }

  /// The page as the response to a request that failed, with the headers of the error.
  func response(to error: any APIError) -> Response {
    var page = self
    page.status = error.status
    var response = page.response()
    response.headers.append(contentsOf: error.headers)
    response.headers[.errorType] = error.code
    return response
  }

  /// A box with what is wrong, above a form; nothing where nothing is.
  static func problem(_ text: String?) -> HTML {
    guard let text else { return "" }
    return "<p class=\"problem\" role=\"alert\">\(text)</p>"
  }

  /// The terms of users with a box to tick.
  static func terms(_ paragraphs: [String], region: String) -> HTML {
    """
    <h2>Terms of use (region \(region))</h2>
    <div class="terms"><ol>
    \(HTML(joining: paragraphs.map { "<li>\($0)</li>" as HTML }))
    </ol></div>
    <label class="choice"><input type="checkbox" name="terms" value="accepted" required> I have read the terms and accept
    them.</label>
    """
  }
}
