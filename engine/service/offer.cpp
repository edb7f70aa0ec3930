#include "engine/service/offer.h"

#include "engine/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace rollover::service {

namespace {

constexpr std::size_t most_bytes_offered = std::size_t{8} << 20U;

/// Whether it can be the name of a file in the folder, and of nothing else.
bool is_plain_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.';
    };
    return !name.empty() && name.size() <= 200 && name.front() != '.' && std::ranges::all_of(name, plain);
}

}  // namespace

result<std::vector<std::string>> offer::names() const {
    std::vector<std::string> out;
    if (folder_.empty()) {
        return out;
    }
    std::error_code wrong;
    for (std::filesystem::directory_iterator at(folder_, wrong), end; !wrong && at != end; at.increment(wrong)) {
        const std::string name = at->path().stem().string();
        if (at->path().extension() == ".xml" && is_plain_name(name)) {
            out.push_back(name);
        }
    }
    if (wrong) {
        return failure(errc::bad_input, "the folder of topologies cannot be read: " + wrong.message())
            .at(folder_.string());
    }
    std::ranges::sort(out);
    return out;
}

result<std::string> offer::source(const std::string& name) const {
    auto missing = failure(errc::not_found, fmt::format("no topology {} is offered here", printable(name)))
                       .advise("rollover topologies lists them");
    if (folder_.empty() || !is_plain_name(name)) {
        return missing;
    }
    std::ifstream in(folder_ / (name + ".xml"), std::ios::binary);
    if (!in) {
        return missing;
    }
    std::string out(most_bytes_offered + 1, '\0');
    in.read(out.data(), static_cast<std::streamsize>(out.size()));
    out.resize(static_cast<std::size_t>(in.gcount()));
    if (out.size() > most_bytes_offered) {
        return failure(errc::bad_input, fmt::format("the topology {} is larger than 8 MiB", name));
    }
    return out;
}

}  // namespace rollover::service
