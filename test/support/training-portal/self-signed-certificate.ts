/**
 * A self-signed certificate for 127.0.0.1 and localhost, good from 2020 to 2120, for portals whose authority must be
 * given. Made with `openssl ca -selfsign`. The key is public by being here and protects nothing.
 */
export const selfSignedCertificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg5uXEMU1E4pygIaj8
auFhJ/+mJuc8kr3jWPl59O8Mt9KhRANCAATPOTI3GZYIsKb23OfDGfUEaOftItjS
pB+6jL2qrB69TcdQhZZg9ox9p3TTPZ7vgceu7F2H+HjVnqExiHQ+Jp3f
-----END PRIVATE KEY-----\n`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBhTCCASugAwIBAgIBATAKBggqhkjOPQQDAjAjMSEwHwYDVQQDDBhzdGFuZC1p
biB0cmFpbmluZyBwb3J0YWwwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAw
MDBaMCMxITAfBgNVBAMMGHN0YW5kLWluIHRyYWluaW5nIHBvcnRhbDBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABM85MjcZlgiwpvbc58MZ9QRo5+0i2NKkH7qMvaqs
Hr1Nx1CFlmD2jH2ndNM9nu+Bx67sXYf4eNWeoTGIdD4mnd+jTjBMMBoGA1UdEQQT
MBGHBH8AAAGCCWxvY2FsaG9zdDAPBgNVHRMBAf8EBTADAQH/MB0GA1UdDgQWBBRx
CaBtbuYqf0HdJrQs46NHTuNibjAKBggqhkjOPQQDAgNIADBFAiEAmhqvI2mYVw72
WkLMfE1Cd080bsHvynVwW4NQtAhwfB4CIFHWpbk11sH16NZaKLl/3gCggSss8wCL
NR1DvM9ln9pU
-----END CERTIFICATE-----\n`,
};
