/// The metrics of a server. `docs/monitoring.md` explains each of them.
///
/// Labels are words of the program: operations, kinds, codes. Two name things of the operator's: populations, and
/// instances, of which only so many are told (`ServerFigures.instanceLimit`).
enum ServerMetric: String, CaseIterable, Sendable {
  case requests = "adyton_requests_total"
  case requestSeconds = "adyton_request_duration_seconds"
  case requestsInFlight = "adyton_requests_in_flight"
  case requestFailures = "adyton_request_failures_total"
  case jobs = "adyton_jobs"
  case queueAge = "adyton_queue_oldest_seconds"
  case jobOutcomes = "adyton_job_outcomes_total"
  case jobFailures = "adyton_job_failures_total"
  case jobSeconds = "adyton_job_duration_seconds"
  case workers = "adyton_workers"
  case workerMemory = "adyton_worker_memory_bytes"
  case workerMemoryPeak = "adyton_worker_memory_peak_bytes"
  case workerStarts = "adyton_worker_starts_total"
  case workerSessions = "adyton_worker_sessions_total"
  case privacyBudget = "adyton_privacy_budget_left_ratio"
  case privacyQueries = "adyton_privacy_budget_queries_left"
  case queryBudget = "adyton_query_budget_left_ratio"
  case objects = "adyton_objects"
  case objectBytes = "adyton_objects_bytes"
  case metadataBytes = "adyton_metadata_bytes"
  case storageFree = "adyton_storage_free_bytes"
  case storageSize = "adyton_storage_size_bytes"
  case lastBackup = "adyton_last_backup_timestamp_seconds"
  case lastBackupBytes = "adyton_last_backup_bytes"
  case certificateExpiry = "adyton_tls_certificate_expiry_timestamp_seconds"
  case collectionFailures = "adyton_metrics_collection_failures_total"
  case droppedValues = "adyton_metrics_dropped_values_total"
  case processMemory = "process_resident_memory_bytes"
  case processSeconds = "process_cpu_seconds_total"
  case processFiles = "process_open_fds"
  case processFileLimit = "process_max_fds"
  case processStart = "process_start_time_seconds"

  /// The upper limits of the buckets of requests, in seconds.
  static let requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  /// The upper limits of the buckets of jobs, in seconds.
  static let jobBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]

  var kind: MetricKind {
    switch self {
    case .requestSeconds, .jobSeconds: .histogram
    case .requests, .requestFailures, .jobOutcomes, .jobFailures, .workerStarts, .workerSessions, .collectionFailures,
      .droppedValues, .processSeconds:
      .counter
    case .requestsInFlight, .jobs, .queueAge, .workers, .workerMemory, .workerMemoryPeak, .privacyBudget,
      .privacyQueries, .queryBudget, .objects, .objectBytes, .metadataBytes, .storageFree, .storageSize, .lastBackup,
      .lastBackupBytes, .certificateExpiry, .processMemory, .processFiles, .processFileLimit, .processStart:
      .gauge
    }
  }

  var help: String {
    switch self {
    case .requests: "Requests by area, operation and class of status."
    case .requestSeconds: "Time from a request to its response."
    case .requestsInFlight: "Requests that are being answered."
    case .requestFailures: "Requests that failed, by the code of the error."
    case .jobs: "Jobs that wait or run."
    case .queueAge: "Age of the oldest waiting job."
    case .jobOutcomes: "Ends of attempts at jobs."
    case .jobFailures: "Failed attempts at jobs, by the code of the error."
    case .jobSeconds: "Time of an attempt at a job."
    case .workers: "Processes in which the engine runs."
    case .workerMemory: "Memory that these processes hold."
    case .workerMemoryPeak: "Most memory that one of them has held."
    case .workerStarts: "Processes that were started for the engine."
    case .workerSessions: "Runs of the engine, by how they ended."
    case .privacyBudget: "Part of a population's privacy budget that is left."
    case .privacyQueries: "Queries that the privacy budget is enough for."
    case .queryBudget: "Part of an instance's executions that are left for its most read data source."
    case .objects: "Objects, as counted some minutes ago."
    case .objectBytes: "Bytes of the objects, as counted some minutes ago."
    case .metadataBytes: "Bytes of the metadata store with its log."
    case .storageFree: "Bytes that are free for the data folder."
    case .storageSize: "Bytes of the file system of the data folder."
    case .lastBackup: "End of the last backup, in seconds since 1970; 0 where there was none."
    case .lastBackupBytes: "Bytes of the last backup."
    case .certificateExpiry: "Time at which the certificate runs out, in seconds since 1970."
    case .collectionFailures: "Groups of metrics that could not be read."
    case .droppedValues: "Values that were not kept because their metric has too many series."
    case .processMemory: "Memory of the server, without that of workers."
    case .processSeconds: "Processor time of the server."
    case .processFiles: "Open file descriptors of the server."
    case .processFileLimit: "Largest number of open file descriptors."
    case .processStart: "Start of the server, in seconds since 1970."
    }
  }

  var declaration: MetricDeclaration {
    let buckets: [Double]
    switch self {
    case .requestSeconds: buckets = Self.requestBuckets
    case .jobSeconds: buckets = Self.jobBuckets
    case _: buckets = []
    }
    return MetricDeclaration(name: rawValue, kind: kind, help: help, buckets: buckets)
  }

  /// Whether the value is read when it is asked for, and not kept.
  var isRead: Bool {
    switch self {
    case .requests, .requestSeconds, .requestsInFlight, .requestFailures, .jobOutcomes, .jobFailures, .jobSeconds,
      .collectionFailures:
      false
    case .jobs, .queueAge, .workers, .workerMemory, .workerMemoryPeak, .workerStarts, .workerSessions, .privacyBudget,
      .privacyQueries, .queryBudget, .objects, .objectBytes, .metadataBytes, .storageFree, .storageSize, .lastBackup,
      .lastBackupBytes, .certificateExpiry, .droppedValues, .processMemory, .processSeconds, .processFiles,
      .processFileLimit, .processStart:
      true
    }
  }
}
