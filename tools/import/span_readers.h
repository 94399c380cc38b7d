// Exports of tracing systems as spans.
#pragma once

#include <string>

#include "models/spec/json/json.h"
#include "tools/import/spans.h"
#include "tools/import/system.h"

namespace tools::imports {

// OTLP's JSON encoding (opentelemetry-proto, trace/v1): {"resourceSpans": [...]}, and Grafana
// Tempo's {"batches": [...]}.
bool is_otlp(const models::spec::Json& document);
void add_otlp_spans(const models::spec::Json& document, RecordedSpans& all);

// What Jaeger's page and its query service export: {"data": [{"traceID", "spans", "processes"}]}.
bool is_jaeger(const models::spec::Json& document);
void add_jaeger_spans(const models::spec::Json& document, RecordedSpans& all);

// Zipkin's v2 spans, as a list, or as the list of traces that its interface answers.
bool is_zipkin(const models::spec::Json& document);
void add_zipkin_spans(const models::spec::Json& document, RecordedSpans& all);

// Whether a text looks like one of them.
bool looks_like_traces(const std::string& text);

// A file with one document, or with one a line. What is wrong is a problem of the system.
void read_traces_file(const std::string& file, const std::string& text, System& system,
                      RecordedSpans& all);

}  // namespace tools::imports
