// What a folder that --out wrote holds: manifest.json, with a hash of each file. A folder whose
// files are not those of its manifest is of several runs, or was written to by half, and no command
// reads it.
//
//     {"schema": "spate.manifest/1", "command": "run", "fingerprint": "5e0f...", "whole": true,
//      "files": {"run.json": {"bytes": 10432, "xxh3": "0a4be1..."}, "charts/...": ...}}
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tools {

inline constexpr const char* kManifest = "manifest.json";

// By the contents, so that a copy of a folder is as good as the folder.
struct FileMark {
    std::uint64_t bytes = 0;
    std::string hash;  // XXH3, 64 bits, in hexadecimal digits
    bool operator==(const FileMark&) const = default;
};

struct Manifest {
    std::string command;                    // that wrote the folder
    std::string fingerprint;                // of a run
    bool whole = true;                      // false while files are being put in place one by one
    std::map<std::string, FileMark> files;  // by their path in the folder

    bool has(const std::string& file) const { return files.contains(file); }
};

std::string text_of(const Manifest& manifest);

// None when there is none; `why_not` says what is wrong with one that cannot be read.
std::optional<Manifest> read_manifest(const std::string& folder, std::string& why_not);

// None when it cannot be read.
std::optional<FileMark> mark_of(const std::string& file);

// Why the files of a folder are not of one run, in a line that names the first that is wrong; empty
// when they are. What is drawn from the others, or meant to be filled in, is not looked at. A
// folder of an earlier version, which has no manifest, passes. The manifest must have `wanted`,
// which is about to be read; a file of that name which it does not have is another run's, or a
// person's.
std::string why_mixed(const std::string& folder, const std::string& wanted = {});

// Pages and pictures of a folder were drawn again; false after a complaint.
bool note_drawn(const std::string& folder);

// Whether that is the name of a file which spate wrote before there were manifests.
bool is_of_old(std::string_view file);

}  // namespace tools
