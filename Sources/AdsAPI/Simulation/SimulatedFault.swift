import CleanRoom
import HTTPTypes

/// A fault that a simulation gives a request although nothing is wrong with it. Clients can't tell it from a real one.
enum SimulatedFault: APIError {
  case failed
  case unavailable

  /// The error of a fault: too many requests are the same error as without a simulation.
  static func error(of fault: SimulationService.Fault) -> any APIError {
    switch fault {
    case .throttled: RequestError.tooManyRequests(retryAfterSeconds: 1)
    case .failed: SimulatedFault.failed
    case .unavailable: SimulatedFault.unavailable
    }
  }

  var status: HTTPResponse.Status {
    switch self {
    case .failed: .internalServerError
    case .unavailable: .serviceUnavailable
    }
  }

  var code: String {
    switch self {
    case .failed: "internal_error"
    case .unavailable: "service_unavailable"
    }
  }

  var details: String {
    switch self {
    case .failed: ""
    case .unavailable: "The service is unavailable; try again after 1 s."
    }
  }

  var headers: HTTPFields {
    switch self {
    case .failed: [:]
    case .unavailable: [.retryAfter: "1"]
    }
  }
}
