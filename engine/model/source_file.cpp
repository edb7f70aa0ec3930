#include "engine/model/source_file.h"

#include "engine/model/reader.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>

namespace rollover::model {

std::optional<std::string> load(const std::filesystem::path& path, diagnostics& out) {
    const std::string file = path.string();
    std::error_code ignored;
    if (const auto size = std::filesystem::file_size(path, ignored); !ignored && size > largest_file) {
        out.push_back({{file, 0, 0},
                       fmt::format("the file has {} bytes", size),
                       fmt::format("at most {} are read", largest_file)});
        return std::nullopt;
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::string bytes;
    constexpr std::size_t piece = std::size_t{1} << 20U;
    while (in && bytes.size() <= largest_file) {
        const std::size_t before = bytes.size();
        bytes.resize(before + piece);
        in.read(bytes.data() + before, static_cast<std::streamsize>(piece));
        bytes.resize(before + static_cast<std::size_t>(in.gcount()));
    }
    if (!in.is_open() || in.bad() || (!in.eof() && in.fail())) {
        const int cause = errno;
        out.push_back({{file, 0, 0},
                       fmt::format("the file cannot be read: {}", cause != 0 ? std::strerror(cause) : "unknown reason"),
                       "is the name right, and may this user read it?"});
        return std::nullopt;
    }
    return bytes;
}

}  // namespace rollover::model
