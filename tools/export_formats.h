// What `spate export` can make of a finished run, each for a tool that we did not write.
//
// A format is a line in the list of export_formats.cpp and a function in a file of its own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tools {

struct ExportAsked {
    std::string folder;  // that run --out wrote
    std::string out;     // the file that is to be written; empty is the standard output
    // Of rules-test: a file of alert rules, and which alert is to fire, or not to, when.
    std::string rules;
    std::vector<std::string> fires;
    std::vector<std::string> silent;
};

struct ExportFormat {
    std::string_view name;  // as --to takes it
    std::string_view doc;   // who reads it
    // The text of the file; none after a complaint.
    std::optional<std::string> (*text)(const ExportAsked& asked);
};

std::span<const ExportFormat> export_formats();

// Made of metrics.om (export_metrics.cpp).
std::optional<std::string> export_openmetrics(const ExportAsked& asked);
std::optional<std::string> export_scrape(const ExportAsked& asked);
std::optional<std::string> export_rules_test(const ExportAsked& asked);
std::optional<std::string> export_grafana(const ExportAsked& asked);

// A file of the run's folder as it is; none, after a complaint that says what writes it.
std::optional<std::string> run_file(const ExportAsked& asked, const std::string& name);

}  // namespace tools
