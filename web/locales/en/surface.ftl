# Listeners: administration, certificates
nav-administration = Administration
sign-in-certificate = Sign in with the certificate of your card or device
admin-title = Administration
admin-sign-in = Rules for signing in
admin-office = How the office appears (staff pages)
admin-ready = Is it running?
admin-metrics = Measurements
confirm-certificate = Use the card
