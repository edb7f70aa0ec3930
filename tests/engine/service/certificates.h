// Certificates for tests, made anew each time: no key lies in the tree. Valid from 1990 to 2090, virtual time included.
#pragma once

#include <filesystem>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string>
#include <sys/stat.h>

namespace rollover::service::test {

using key_handle = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using certificate_handle = std::unique_ptr<X509, decltype(&X509_free)>;

struct certified {
    key_handle key;
    certificate_handle certificate;
};

inline void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
    X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
}

/// `names`: "DNS:lab.example,IP:127.0.0.1"; empty: an authority. `by`: who signs; nothing: itself. `until`: in ASN.1.
inline certified certify(const std::string& names, const certified* by = nullptr,
                         const char* until = "20900101000000Z") {
    certified out{key_handle(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_handle(X509_new(), X509_free)};
    X509* x = out.certificate.get();
    static long serial = 1;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    ASN1_TIME_set_string_X509(X509_getm_notBefore(x), "19900101000000Z");
    ASN1_TIME_set_string_X509(X509_getm_notAfter(x), until);
    const std::string subject = names.empty() ? "authority" : "service";
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
    X509* issuer = by == nullptr ? x : by->certificate.get();
    X509_set_issuer_name(x, X509_get_subject_name(issuer));
    X509_set_pubkey(x, out.key.get());
    extend(x, issuer, NID_basic_constraints, names.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!names.empty()) {
        extend(x, issuer, NID_subject_alt_name, names);
    }
    X509_sign(x, by == nullptr ? out.key.get() : by->key.get(), EVP_sha256());
    return out;
}

/// Writes NAME.crt and NAME.key into the folder.
inline void write_pem(const certified& what, const std::filesystem::path& folder, const std::string& name) {
    std::FILE* file = std::fopen((folder / (name + ".crt")).c_str(), "w");
    PEM_write_X509(file, what.certificate.get());
    std::fclose(file);
    file = std::fopen((folder / (name + ".key")).c_str(), "w");
    ::chmod((folder / (name + ".key")).c_str(), S_IRUSR | S_IWUSR);
    PEM_write_PrivateKey(file, what.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
}

}  // namespace rollover::service::test
