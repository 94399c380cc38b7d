#include "tools/scratch.h"

#include <cstdlib>
#include <filesystem>

namespace tools {

Scratch::Scratch() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "spate.XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
}

Scratch::~Scratch() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove_all(path_, error);
}

}  // namespace tools
