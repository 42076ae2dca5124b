import CleanRoom
import HTTPTypes
import Migration
import ServerTestSupport
import TestSupport
import Testing

@testable import AdsAPI

/// Calls of the retired instance-level API, as old clients make them: signed by AWS's keys, without a token.
@Suite(.hangLimit)
struct RetiredAPITests {
  private static let signature: APIClient.Headers = [
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20230101/us-east-1/execute-api/aws4_request",
    "X-Amz-Date": "20230101T000000Z",
  ]

  @Test(arguments: Door.allCases)
  func everyRetiredCallNamesItsReplacement(_ door: Door) async throws {
    let retired = try RetiredAPI.load()
    let server = try await TestServer()
    try await server.run(door) { client in
      for endpoint in retired.endpoints where endpoint.replacement?.path != endpoint.path {
        let path = endpoint.path.filled(["instanceId": "amcold", "workflowId": "w.1"])
          .replacing("{", with: "").replacing("}", with: "")
        let method = try #require(HTTPRequest.Method(endpoint.method))
        for place in [path, path.replacing("/prod/data", with: "/data"), path + "/?nextToken=x"] {
          let answer = try await client.send(
            method, place, body: method == .get ? nil : "{\"a\": 1}", headers: Self.signature)
          #expect(answer.status == 410, "\(endpoint.operation)")
          #expect(answer.errorCode == "retired_endpoint")
          #expect(answer.text("code") == "410")
          #expect(answer.text("message") == answer.text("details"))
          #expect(answer.text("documentation") == RetiredAPI.documentation)
          #expect(answer.text("replacement", "method") == endpoint.replacement?.method ?? "")
          let isListOfSources = endpoint.operation == "listDataSources"
          let expected = endpoint.replacement?.path.filled(isListOfSources ? ["instanceId": "amcold"] : [:])
          let shown = answer.text("replacement", "path").replacing("/w.1", with: "/{workflowId}")
          for name in ["workflowExecutionId", "scheduleId", "dataSetId", "uploadId"] {
            #expect(!shown.contains("{\(name)}"), "\(shown)")
          }
          #expect(Self.withoutValues(shown) == Self.withoutValues(expected ?? ""), "\(endpoint.operation)")
        }
      }
    }
  }

  private static func withoutValues(_ path: String) -> String {
    path.replacing("{", with: "").replacing("}", with: "")
  }

  @Test(arguments: Door.allCases)
  func anyMethodAndPathBelowIsGone(_ door: Door) async throws {
    let server = try await TestServer()
    try await server.run(door) { client in
      let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete, .options, .trace]
      for path in [
        "/prod", "/prod/", "/prod/never/was", "/dataSets/a/b/c", "/data", "/data/../../etc",
      ] {
        for method in methods {
          let answer = try await client.send(method, path)
          #expect(answer.status == 410, "\(method) \(path)")
          #expect(answer["replacement"] == .null)
        }
      }
      let head = try await client.send(.head, "/prod/workflows", headers: Self.signature)
      #expect(head.status == 410)
      #expect(head.body.isEmpty)
      #expect(head.errorCode == "retired_endpoint")
      let unfit = try await client.send(.get, "/prod/workflows/%00")
      #expect(unfit.text("replacement", "path") == "/amc/reporting/{instanceId}/workflows/{workflowId}")
      let patch = try await client.send(.patch, "/prod/workflows/w")
      #expect(patch.text("replacements", "0", "insteadOf") == "GET /prod/workflows/{workflowId}")
      #expect(patch.text("replacements", "0", "path") == "/amc/reporting/{instanceId}/workflows/w")
    }
  }

  @Test func theInstanceIsTakenFromTheHost() async throws {
    let retired = try RetiredAPI.load()
    func path(_ method: String, _ path: String, _ host: String) -> String? {
      RetiredResponse(method: method, path: path, host: host, requestID: "r", retired: retired).replacement?.path
    }
    #expect(path("GET", "/prod/schedules", "amcshop1.ads.example:8080") == "/amc/reporting/amcshop1/schedules")
    #expect(path("GET", "/prod/schedules", "localhost:8080") == "/amc/reporting/{instanceId}/schedules")
    #expect(path("GET", "/prod/amcother/dataSources", "amcshop1.example") == "/amc/reporting/amcother/dataSources")
    // What can't be a name is no part of an answer.
    #expect(path("GET", "/prod/workflows/<script>", "h") == "/amc/reporting/{instanceId}/workflows/{workflowId}")
  }

  @Test func ratesDoNotApply() async throws {
    var options = TestServer.Options()
    options.limitsRates = true
    let server = try await TestServer(options)
    try await server.run(.router) { client in
      for _ in 0..<60 {
        let answer = try await client.send(.get, "/prod/workflows")
        #expect(answer.status == 410)
      }
    }
  }

  @Test func noPresentPathIsShadowed() async throws {
    let server = try await TestServer()
    let retired = try RetiredAPI.load()
    let answered = Set(server.components.answeredRoutes)
    for route in answered {
      let path = route.split(separator: " ").last.map(String.init) ?? ""
      #expect(!RetiredAPI.isRetired(path), "\(route)")
    }
    for endpoint in retired.endpoints {
      guard let new = endpoint.replacement else { continue }
      #expect(answered.contains("\(new.method) \(new.path.text)"), "\(endpoint.operation)")
    }
  }
}
