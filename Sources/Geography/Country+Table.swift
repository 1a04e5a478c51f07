extension Country {
    /// One country a line: code, continent, latitude, longitude, name.
    ///
    /// The coordinates are those of tzdata's `zone.tab` (public domain) for the zone with most inhabitants, which for
    /// Australia, Brazil, Canada, Russia, Ukraine and Uzbekistan is not the first one listed. Uninhabited Bouvet and
    /// Heard islands and Kosovo have no zone; theirs are the island and Pristina.
    static let table = """
        AD EU 42.5 1.52 Andorra
        AE AS 25.3 55.3 United Arab Emirates
        AF AS 34.52 69.2 Afghanistan
        AG NA 17.05 -61.8 Antigua and Barbuda
        AI NA 18.2 -63.07 Anguilla
        AL EU 41.33 19.83 Albania
        AM AS 40.18 44.5 Armenia
        AO AF -8.8 13.23 Angola
        AQ AN -77.83 166.6 Antarctica
        AR SA -34.6 -58.45 Argentina
        AS OC -14.27 -170.7 American Samoa
        AT EU 48.22 16.33 Austria
        AU OC -33.87 151.22 Australia
        AW NA 12.5 -69.97 Aruba
        AX EU 60.1 19.95 Åland Islands
        AZ AS 40.38 49.85 Azerbaijan
        BA EU 43.87 18.42 Bosnia and Herzegovina
        BB NA 13.1 -59.62 Barbados
        BD AS 23.72 90.42 Bangladesh
        BE EU 50.83 4.33 Belgium
        BF AF 12.37 -1.52 Burkina Faso
        BG EU 42.68 23.32 Bulgaria
        BH AS 26.38 50.58 Bahrain
        BI AF -3.38 29.37 Burundi
        BJ AF 6.48 2.62 Benin
        BL NA 17.88 -62.85 Saint Barthélemy
        BM NA 32.28 -64.77 Bermuda
        BN AS 4.93 114.92 Brunei
        BO SA -16.5 -68.15 Bolivia
        BQ NA 12.15 -68.28 Caribbean Netherlands
        BR SA -23.53 -46.62 Brazil
        BS NA 25.08 -77.35 Bahamas
        BT AS 27.47 89.65 Bhutan
        BV AN -54.42 3.36 Bouvet Island
        BW AF -24.65 25.92 Botswana
        BY EU 53.9 27.57 Belarus
        BZ NA 17.5 -88.2 Belize
        CA NA 43.65 -79.38 Canada
        CC AS -12.17 96.92 Cocos (Keeling) Islands
        CD AF -4.3 15.3 DR Congo
        CF AF 4.37 18.58 Central African Republic
        CG AF -4.27 15.28 Congo Republic
        CH EU 47.38 8.53 Switzerland
        CI AF 5.32 -4.03 Ivory Coast
        CK OC -21.23 -159.77 Cook Islands
        CL SA -33.45 -70.67 Chile
        CM AF 4.05 9.7 Cameroon
        CN AS 31.23 121.47 China
        CO SA 4.6 -74.08 Colombia
        CR NA 9.93 -84.08 Costa Rica
        CU NA 23.13 -82.37 Cuba
        CV AF 14.92 -23.52 Cape Verde
        CW NA 12.18 -69.0 Curaçao
        CX OC -10.42 105.72 Christmas Island
        CY EU 35.17 33.37 Cyprus
        CZ EU 50.08 14.43 Czechia
        DE EU 52.5 13.37 Germany
        DJ AF 11.6 43.15 Djibouti
        DK EU 55.67 12.58 Denmark
        DM NA 15.3 -61.4 Dominica
        DO NA 18.47 -69.9 Dominican Republic
        DZ AF 36.78 3.05 Algeria
        EC SA -2.17 -79.83 Ecuador
        EE EU 59.42 24.75 Estonia
        EG AF 30.05 31.25 Egypt
        EH AF 27.15 -13.2 Western Sahara
        ER AF 15.33 38.88 Eritrea
        ES EU 40.4 -3.68 Spain
        ET AF 9.03 38.7 Ethiopia
        FI EU 60.17 24.97 Finland
        FJ OC -18.13 178.42 Fiji
        FK SA -51.7 -57.85 Falkland Islands
        FM OC 7.42 151.78 Micronesia
        FO EU 62.02 -6.77 Faroe Islands
        FR EU 48.87 2.33 France
        GA AF 0.38 9.45 Gabon
        GB EU 51.51 -0.13 United Kingdom
        GD NA 12.05 -61.75 Grenada
        GE AS 41.72 44.82 Georgia
        GF SA 4.93 -52.33 French Guiana
        GG EU 49.45 -2.54 Guernsey
        GH AF 5.55 -0.22 Ghana
        GI EU 36.13 -5.35 Gibraltar
        GL NA 64.18 -51.73 Greenland
        GM AF 13.47 -16.65 Gambia
        GN AF 9.52 -13.72 Guinea
        GP NA 16.23 -61.53 Guadeloupe
        GQ AF 3.75 8.78 Equatorial Guinea
        GR EU 37.97 23.72 Greece
        GS AN -54.27 -36.53 South Georgia and the South Sandwich Islands
        GT NA 14.63 -90.52 Guatemala
        GU OC 13.47 144.75 Guam
        GW AF 11.85 -15.58 Guinea-Bissau
        GY SA 6.8 -58.17 Guyana
        HK AS 22.28 114.15 Hong Kong
        HM AN -53.1 73.52 Heard Island and McDonald Islands
        HN NA 14.1 -87.22 Honduras
        HR EU 45.8 15.97 Croatia
        HT NA 18.53 -72.33 Haiti
        HU EU 47.5 19.08 Hungary
        ID AS -6.17 106.8 Indonesia
        IE EU 53.33 -6.25 Ireland
        IL AS 31.78 35.22 Israel
        IM EU 54.15 -4.47 Isle of Man
        IN AS 22.53 88.37 India
        IO AS -7.33 72.42 British Indian Ocean Territory
        IQ AS 33.35 44.42 Iraq
        IR AS 35.67 51.43 Iran
        IS EU 64.15 -21.85 Iceland
        IT EU 41.9 12.48 Italy
        JE EU 49.18 -2.11 Jersey
        JM NA 17.97 -76.79 Jamaica
        JO AS 31.95 35.93 Jordan
        JP AS 35.65 139.74 Japan
        KE AF -1.28 36.82 Kenya
        KG AS 42.9 74.6 Kyrgyzstan
        KH AS 11.55 104.92 Cambodia
        KI OC 1.42 173.0 Kiribati
        KM AF -11.68 43.27 Comoros
        KN NA 17.3 -62.72 Saint Kitts and Nevis
        KP AS 39.02 125.75 North Korea
        KR AS 37.55 126.97 South Korea
        KW AS 29.33 47.98 Kuwait
        KY NA 19.3 -81.38 Cayman Islands
        KZ AS 43.25 76.95 Kazakhstan
        LA AS 17.97 102.6 Laos
        LB AS 33.88 35.5 Lebanon
        LC NA 14.02 -61.0 Saint Lucia
        LI EU 47.15 9.52 Liechtenstein
        LK AS 6.93 79.85 Sri Lanka
        LR AF 6.3 -10.78 Liberia
        LS AF -29.47 27.5 Lesotho
        LT EU 54.68 25.32 Lithuania
        LU EU 49.6 6.15 Luxembourg
        LV EU 56.95 24.1 Latvia
        LY AF 32.9 13.18 Libya
        MA AF 33.65 -7.58 Morocco
        MC EU 43.7 7.38 Monaco
        MD EU 47.0 28.83 Moldova
        ME EU 42.43 19.27 Montenegro
        MF NA 18.07 -63.08 Saint Martin
        MG AF -18.92 47.52 Madagascar
        MH OC 7.15 171.2 Marshall Islands
        MK EU 41.98 21.43 North Macedonia
        ML AF 12.65 -8.0 Mali
        MM AS 16.78 96.17 Myanmar
        MN AS 47.92 106.88 Mongolia
        MO AS 22.2 113.54 Macao
        MP OC 15.2 145.75 Northern Mariana Islands
        MQ NA 14.6 -61.08 Martinique
        MR AF 18.1 -15.95 Mauritania
        MS NA 16.72 -62.22 Montserrat
        MT EU 35.9 14.52 Malta
        MU AF -20.17 57.5 Mauritius
        MV AS 4.17 73.5 Maldives
        MW AF -15.78 35.0 Malawi
        MX NA 19.4 -99.15 Mexico
        MY AS 3.17 101.7 Malaysia
        MZ AF -25.97 32.58 Mozambique
        NA AF -22.57 17.1 Namibia
        NC OC -22.27 166.45 New Caledonia
        NE AF 13.52 2.12 Niger
        NF OC -29.05 167.97 Norfolk Island
        NG AF 6.45 3.4 Nigeria
        NI NA 12.15 -86.28 Nicaragua
        NL EU 52.37 4.9 Netherlands
        NO EU 59.92 10.75 Norway
        NP AS 27.72 85.32 Nepal
        NR OC -0.52 166.92 Nauru
        NU OC -19.02 -169.92 Niue
        NZ OC -36.87 174.77 New Zealand
        OM AS 23.6 58.58 Oman
        PA NA 8.97 -79.53 Panama
        PE SA -12.05 -77.05 Peru
        PF OC -17.53 -149.57 French Polynesia
        PG OC -9.5 147.17 Papua New Guinea
        PH AS 14.59 120.97 Philippines
        PK AS 24.87 67.05 Pakistan
        PL EU 52.25 21.0 Poland
        PM NA 47.05 -56.33 Saint Pierre and Miquelon
        PN OC -25.07 -130.08 Pitcairn Islands
        PR NA 18.47 -66.11 Puerto Rico
        PS AS 31.5 34.47 Palestine
        PT EU 38.72 -9.13 Portugal
        PW OC 7.33 134.48 Palau
        PY SA -25.27 -57.67 Paraguay
        QA AS 25.28 51.53 Qatar
        RE AF -20.87 55.47 Réunion
        RO EU 44.43 26.1 Romania
        RS EU 44.83 20.5 Serbia
        RU EU 55.76 37.62 Russia
        RW AF -1.95 30.07 Rwanda
        SA AS 24.63 46.72 Saudi Arabia
        SB OC -9.53 160.2 Solomon Islands
        SC AF -4.67 55.47 Seychelles
        SD AF 15.6 32.53 Sudan
        SE EU 59.33 18.05 Sweden
        SG AS 1.28 103.85 Singapore
        SH AF -15.92 -5.7 Saint Helena
        SI EU 46.05 14.52 Slovenia
        SJ EU 78.0 16.0 Svalbard and Jan Mayen
        SK EU 48.15 17.12 Slovakia
        SL AF 8.5 -13.25 Sierra Leone
        SM EU 43.92 12.47 San Marino
        SN AF 14.67 -17.43 Senegal
        SO AF 2.07 45.37 Somalia
        SR SA 5.83 -55.17 Suriname
        SS AF 4.85 31.62 South Sudan
        ST AF 0.33 6.73 São Tomé and Príncipe
        SV NA 13.7 -89.2 El Salvador
        SX NA 18.05 -63.05 Sint Maarten
        SY AS 33.5 36.3 Syria
        SZ AF -26.3 31.1 Eswatini
        TC NA 21.47 -71.13 Turks and Caicos Islands
        TD AF 12.12 15.05 Chad
        TF AN -49.35 70.22 French Southern Territories
        TG AF 6.13 1.22 Togo
        TH AS 13.75 100.52 Thailand
        TJ AS 38.58 68.8 Tajikistan
        TK OC -9.37 -171.23 Tokelau
        TL OC -8.55 125.58 Timor-Leste
        TM AS 37.95 58.38 Turkmenistan
        TN AF 36.8 10.18 Tunisia
        TO OC -21.13 -175.2 Tonga
        TR AS 41.02 28.97 Türkiye
        TT NA 10.65 -61.52 Trinidad and Tobago
        TV OC -8.52 179.22 Tuvalu
        TW AS 25.05 121.5 Taiwan
        TZ AF -6.8 39.28 Tanzania
        UA EU 50.43 30.52 Ukraine
        UG AF 0.32 32.42 Uganda
        UM OC 28.22 -177.37 U.S. Outlying Islands
        US NA 40.71 -74.01 United States
        UY SA -34.91 -56.21 Uruguay
        UZ AS 41.33 69.3 Uzbekistan
        VA EU 41.9 12.45 Vatican City
        VC NA 13.15 -61.23 Saint Vincent and the Grenadines
        VE SA 10.5 -66.93 Venezuela
        VG NA 18.45 -64.62 British Virgin Islands
        VI NA 18.35 -64.93 U.S. Virgin Islands
        VN AS 10.75 106.67 Vietnam
        VU OC -17.67 168.42 Vanuatu
        WF OC -13.3 -176.17 Wallis and Futuna
        WS OC -13.83 -171.73 Samoa
        XK EU 42.67 21.17 Kosovo
        YE AS 12.75 45.2 Yemen
        YT AF -12.78 45.23 Mayotte
        ZA AF -26.25 28.0 South Africa
        ZM AF -15.42 28.28 Zambia
        ZW AF -17.83 31.05 Zimbabwe
        """
}
